#pragma once
// What a client's certificate says, as texts that can be fields of a request. A value.

#include <string>

namespace breakwater::crypto {

/// Of a connection whose handshake asked for one.
struct ClientCertificate {
    std::string asked_under;  ///< table::handshake_key() of the policy in force then
    bool shown = false;       ///< else the client had none
    bool trusted = false;     ///< and verified against the policy's authorities
    std::string verify;       ///< `SUCCESS`, `FAILED:` with OpenSSL's reason, or `NONE`
    std::string subject_dn;   ///< distinguished_name(); empty where none was shown
    std::string issuer_dn;
    std::string escaped_pem;  ///< empty where no pod gets it
};

}  // namespace breakwater::crypto
