#pragma once
// How a pod is spoken to over TLS: the Secret of `proxy-ssl-secret` and what the other `proxy-ssl-*` say.
// Names and defaults are those of ingress-nginx. Values; any thread.

#include <string>

namespace breakwater::table {

/// The key never goes into a dump, a log line or a finding.
struct BackendTls {
    std::string secret;     ///< `namespace/name`, for people; empty: none
    std::string ca_pem;     ///< whom a verification trusts; empty: nobody
    std::string chain_pem;  ///< what we show of ourselves; empty, with the key: nothing
    std::string key_pem;
    bool verify = false;   ///< the pod's certificate, against `ca_pem` and `name`
    int verify_depth = 1;  ///< certificates between the pod's and a trusted one, at most
    std::string name;      ///< what is verified and, where `send_name`, asked for; empty: any name
    bool send_name = false;           ///< RFC 6066 section 3
    std::string ciphers = "DEFAULT";  ///< of TLS 1.2, as OpenSSL lists them
    bool tls12 = true;
    bool tls13 = true;

    bool operator==(const BackendTls&) const = default;
};

}  // namespace breakwater::table
