#pragma once
// The parts of making a certificate. For this folder.
//
// Every CHECK here is libcrypto out of memory or without ECDSA, never what somebody has sent. Any thread.

#include <chrono>
#include <string>

#include "proxy/base/crypto/handles.h"
#include "proxy/base/crypto/self_signed.h"

namespace breakwater::crypto {

/// What a certificate says.
struct Certified {
    const char* organisation = nullptr;  ///< null: none
    const char* common_name = "";
    std::string alternatives;  ///< as OpenSSL writes them: `DNS:a.example,IP:10.0.0.1`; empty: none
    bool authority = false;
    std::chrono::hours lifetime{};
};

[[nodiscard]] KeyPtr make_key();

/// @param issuer, issuer_key  null: it signs itself
/// @return null where that key cannot sign: one of RSA-PSS may be bound to another digest. Never where it
///         signs itself.
[[nodiscard]] X509Ptr make_certificate(const Certified& what, EVP_PKEY* key, X509* issuer,
                                       EVP_PKEY* issuer_key);

[[nodiscard]] PemPair to_pem(X509* certificate, EVP_PKEY* key);

}  // namespace breakwater::crypto
