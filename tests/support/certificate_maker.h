#pragma once
// Certificates for tests: made on the spot, so that none expires in the repository.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "proxy/base/crypto/self_signed.h"

namespace breakwater::test {

using crypto::PemPair;

/// What a certificate says. What is not set is left out.
struct CertificateSpec {
    std::string common_name = "test";  ///< any bytes, of Latin-1
    std::string organisation = {};
    std::vector<std::string> alternatives =
        {};  ///< as OpenSSL writes them: `DNS:a.example`, `IP:10.0.0.1`
    std::string key =
        "P-256";  ///< a curve, `ED25519`, `DSA`, `RSA-` and its bits, `RSA-PSS` (SHA-512 alone)
    const char* digest = "SHA256";
    std::chrono::hours age{1};
    std::chrono::hours validity{24};
    bool authority = false;               ///< may sign others
    std::string extended_key_usage = {};  ///< as OpenSSL writes it: `serverAuth`
    std::string authority_access = {};    ///< the same: `OCSP;URI:http://ocsp.example/`
    /// Who signs it, its chain then following the new certificate; null: itself.
    const PemPair* issuer = nullptr;
};

[[nodiscard]] PemPair make_certificate(const CertificateSpec& spec);
/// A self-signed one for `DNS:` each of the names.
[[nodiscard]] PemPair make_certificate_for(const std::vector<std::string>& dns_names);
/// A revocation list of `issuer` in PEM form, good for a day, with the leaves of `revoked` in it.
[[nodiscard]] std::string make_revocation_list(const PemPair& issuer,
                                               const std::vector<const PemPair*>& revoked);
/// The key of `pair` in the older form: PKCS #1 for RSA, SEC 1 for a curve.
[[nodiscard]] std::string traditional_key(const PemPair& pair);
/// The key of `pair` behind a password.
[[nodiscard]] std::string encrypted_key(const PemPair& pair);

}  // namespace breakwater::test
