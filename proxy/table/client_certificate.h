#pragma once
// Which certificates a host asks of its clients: `auth-tls-*`. Decided by the name that the client's
// hello asks for, and judged request by request. Values; any thread.

#include <cstdint>
#include <memory>
#include <string>

namespace breakwater::table {

/// Who may have signed a client's certificate, as a Secret's `ca.crt` and `ca.crl` hold it, checked when
/// the table was built.
struct ClientAuthorities {
    std::string name;  ///< `namespace/secret`, for people
    std::string ca_pem;
    std::string crl_pem;      ///< empty: revocation is not looked at
    std::string fingerprint;  ///< SHA-256 of both, lower-case hex

    bool operator==(const ClientAuthorities&) const = default;
};

/// `auth-tls-verify-client`.
enum class ClientVerification : std::uint8_t {
    off,             ///< none is asked for; pods are told so
    required,        ///< `on`: without a good one 400
    optional,        ///< none is good, too; a bad one 400
    optional_no_ca,  ///< any is good; pods are told what it is worth
};

struct ClientCertificatePolicy {
    std::shared_ptr<const ClientAuthorities> authorities;  ///< null: no certificate is asked for
    ClientVerification verification = ClientVerification::required;
    int depth = 1;           ///< certificates between the client's and an authority's; at least 1
    std::string error_page;  ///< URL of a 302 instead of each 400; empty: none
    bool pass_to_upstream = false;
    std::string subject;  ///< regular expression with `CN=` in front; empty: any subject
    /// The authorities could not be had: the whole host answers 403 rather than anybody.
    bool unusable = false;

    bool operator==(
        const ClientCertificatePolicy& other) const;  ///< compares the authorities by value
};

/// What a handshake depends on, as a text: two hosts with the same one can share a connection. Empty
/// where no certificate is asked for.
[[nodiscard]] std::string handshake_key(const ClientCertificatePolicy& policy);

}  // namespace breakwater::table
