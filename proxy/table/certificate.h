#pragma once
// A certificate chain with its key, as a Secret of type kubernetes.io/tls holds it, checked when the
// table was built. Values; any thread.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater::table {

/// The key never goes into a dump, a log line or a finding.
struct Certificate {
    std::string name;  ///< `namespace/secret`, for people
    std::string chain_pem;
    std::string key_pem;
    std::string fingerprint;             ///< SHA-256 of the leaf, lower-case hex
    std::vector<std::string> dns_names;  ///< lower case, with wildcards
    std::chrono::system_clock::time_point not_after;
    std::string key_type;  ///< as crypto::CertificateFacts has it: `RSA`, `EC`, `ED25519`, …

    bool operator==(const Certificate&) const = default;
};

/// Whether one of `dns_names` covers `host` (lower case): equal, or a wildcard for its first label
/// (RFC 6125 section 6.4.3, the whole-label form only).
[[nodiscard]] bool covers(const std::vector<std::string>& dns_names, std::string_view host);

}  // namespace breakwater::table
