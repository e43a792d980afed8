#pragma once
// Certificates of authorities and their revocation lists, read from PEM (RFC 7468): what clients'
// certificates are verified against.
//
// Pure. Any thread; never on a worker.

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "proxy/base/crypto/handles.h"

namespace breakwater::crypto {

struct Authorities {
    std::vector<X509Ptr> certificates;  ///< never empty
    std::vector<CrlPtr> revocations;
};

/// As many as the largest public bundles hold, twice.
inline constexpr std::size_t kMostAuthorities = 300;
inline constexpr std::size_t kMostRevocationLists = 300;

/// Time is not looked at: an expired authority verifies nobody, and a handshake says so.
///
/// @param crl_pem  empty: there are none. Otherwise it holds one for each authority of a chain, or
///                 OpenSSL refuses all certificates of those without.
/// @return one sentence without any byte of the arguments where they cannot be used
[[nodiscard]] std::expected<Authorities, std::string> read_authorities(const std::string& ca_pem,
                                                                       const std::string& crl_pem);

}  // namespace breakwater::crypto
