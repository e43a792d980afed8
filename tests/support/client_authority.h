#pragma once
// Authorities, and what a host asks of its clients by them, made on the spot.

#include <memory>
#include <string>

#include "proxy/base/check.h"
#include "proxy/base/crypto/certificate.h"
#include "proxy/table/client_certificate.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::test {

inline PemPair make_authority(const std::string& name, const PemPair* issuer = nullptr) {
    return make_certificate({.common_name = name, .authority = true, .issuer = issuer});
}

/// Signed by `issuer`.
inline PemPair make_client(const std::string& name, const PemPair& issuer) {
    return make_certificate({.common_name = name, .organisation = "Shop", .issuer = &issuer});
}

/// A policy that trusts the first certificate of `authority`, and takes its lists from `crl_pem`.
inline table::ClientCertificatePolicy policy_of(const PemPair& authority,
                                                const std::string& crl_pem = {}) {
    const auto fingerprint = crypto::inspect_authorities(authority.chain_pem, crl_pem);
    CHECK(fingerprint.has_value());
    table::ClientCertificatePolicy policy;
    policy.authorities = std::make_shared<table::ClientAuthorities>(
        table::ClientAuthorities{.name = "shop/ca",
                                 .ca_pem = authority.chain_pem,
                                 .crl_pem = crl_pem,
                                 .fingerprint = *fingerprint});
    return policy;
}

}  // namespace breakwater::test
