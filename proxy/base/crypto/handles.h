#pragma once
// Owners of what libcrypto hands out. For this folder and proxy/tls: nobody else sees libcrypto.

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "proxy/base/free.h"

namespace breakwater::crypto {

using BioPtr = std::unique_ptr<BIO, Free<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, Free<X509_CRL_free>>;
using X509Ptr = std::unique_ptr<X509, Free<X509_free>>;

}  // namespace breakwater::crypto
