#pragma once
// Owners of what libcrypto hands out. For this folder and proxy/tls: nobody else sees libcrypto.

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

#include "proxy/base/free.h"

namespace breakwater::crypto {

using BioPtr = std::unique_ptr<BIO, Free<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, Free<X509_CRL_free>>;
using X509Ptr = std::unique_ptr<X509, Free<X509_free>>;

/// What has been written into a BIO in memory; good until it is written to again.
[[nodiscard]] inline std::string_view text_in(BIO& memory) {
    char* text = nullptr;
    const auto size = BIO_get_mem_data(&memory, &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace breakwater::crypto
