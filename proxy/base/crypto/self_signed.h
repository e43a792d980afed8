#pragma once
// The certificate that is shown where no other fits: made at start, kept in memory only, trusted by
// nobody.
//
// Any thread.

#include <string>

namespace breakwater::crypto {

/// What users of ingress-nginx look for when they wonder which certificate they were given.
inline constexpr const char* kSelfMadeName = "Kubernetes Ingress Controller Fake Certificate";

struct PemPair {
    std::string chain_pem;
    std::string key_pem;  ///< PKCS #8; it goes nowhere but into the TLS context
};

/// A new key (ECDSA P-256) and a certificate for it with the common name above, from an hour ago
/// (clocks differ) for ten years (a process may live long).
[[nodiscard]] PemPair make_self_signed();

}  // namespace breakwater::crypto
