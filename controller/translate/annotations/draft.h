#pragma once
// What one Ingress says, before it is known where: the target of the rows.
//
// Most rows write a policy as it stands. Where several annotations, or the host, decide one policy
// together, they write down wishes here, and the group's settle function makes the policy of them.

#include <optional>
#include <string>
#include <vector>

#include "proxy/table/backend.h"
#include "proxy/table/policy.h"

namespace breakwater::translate {

/// Settled in annotations/redirect.cc.
struct RedirectWishes {
    bool ssl_redirect = true;
    bool force_ssl_redirect = false;
    std::string permanent_url;
    int permanent_code = 301;
    std::string temporal_url;
    int temporal_code = 302;
    /// `no-tls-redirect-locations`: beginnings of Ingress paths, compared as text.
    std::vector<std::string> no_https_paths{"/.well-known/acme-challenge"};
};

/// Settled by BackendTlsSettings: what the Secret of `proxy-ssl-secret` holds is seen there.
struct BackendTlsWishes {
    table::BackendTls said;  ///< without the Secret's texts
    bool location_only = false;
};

/// Settled by ClientAuthorities (client_certificates.h), for the host.
struct ClientCertificateWishes {
    std::string secret;                     ///< as it is written; empty: not set
    table::ClientCertificatePolicy policy;  ///< without authorities
};

/// What it says of a Service's port, for whoever leads there: Backends::announce() says whose counts.
struct BackendDraft {
    bool service_upstream = false;  ///< the Service's own address, not its endpoints'
    table::BackendPolicies policies = {};
    bool operator==(const BackendDraft&) const = default;
};

struct Draft {
    table::Policies policies;
    table::HostPolicies host;  ///< of rows with Scope::server; merge_server_scope() says whose
    RedirectWishes redirect;
    /// Nothing: what the Service's `appProtocol` says, else HTTP.
    std::optional<table::BackendProtocol> backend_protocol;
    BackendTlsWishes backend_tls;
    ClientCertificateWishes client_certificate;
    std::string fastcgi_params;    ///< a ConfigMap as it is written; read_fastcgi_params() reads it
    bool ssl_passthrough = false;  ///< of the whole host, where any of its Ingresses says so
    BackendDraft backend;          ///< of rows with Scope::backend
};

/// Where a draft becomes a location.
struct Place {
    std::string path;
    bool host_has_tls = false;  ///< never for the catch-all
};

}  // namespace breakwater::translate
