#pragma once
// What there is to know of a certificate chain and its key before it serves anybody.
//
// Pure. Any thread; some hundred microseconds a call, so never on a worker.

#include <expected>
#include <string>
#include <vector>

#include "proxy/base/clock.h"

namespace breakwater::crypto {

struct CertificateFacts {
    std::string fingerprint;  ///< SHA-256 of the leaf's DER, lower-case hex
    /// The DNS names of subjectAltName, lower case, with wildcards. Where the certificate has no
    /// subjectAltName it is the subject's common name (RFC 6125 section 6.4.4).
    std::vector<std::string> dns_names;
    WallTime not_before;
    WallTime not_after;
    std::string key_type;  ///< `RSA`, `RSA-PSS`, `EC`, `ED25519` or `ED448`

    bool operator==(const CertificateFacts&) const = default;
};

/// Whether a TLS server can use `chain_pem` (the leaf first) with `key_pem`: both parse, the key is
/// the leaf's, key and signatures have the 112 bits of security that OpenSSL's level 2 asks for.
/// Time is not looked at: an expired certificate is still served.
///
/// @return facts of the leaf, or one sentence for the one who made the Secret. It holds no byte of
///         either argument.
[[nodiscard]] std::expected<CertificateFacts, std::string> inspect_certificate(
    const std::string& chain_pem, const std::string& key_pem);

/// Whether clients' certificates can be verified against `ca_pem` (authorities.h), and `crl_pem` where
/// it is not empty.
///
/// @return SHA-256 of both, lower-case hex, or one sentence as above
[[nodiscard]] std::expected<std::string, std::string> inspect_authorities(
    const std::string& ca_pem, const std::string& crl_pem);

}  // namespace breakwater::crypto
