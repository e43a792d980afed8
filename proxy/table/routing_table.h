#pragma once
// The one value that the two halves share: everything the traffic half is told, as plain data.
//
// controller/ builds it, serve/compile turns it into what is served. Immutable once published, hence
// shared freely between threads. Hosts and backends are nodes behind shared pointers: one that did
// not change from one table to the next is the same node, so that what was compiled from it is reused.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/table/backend.h"
#include "proxy/table/certificate.h"
#include "proxy/table/l4_service.h"
#include "proxy/table/policy.h"
#include "proxy/table/settings.h"

namespace breakwater::table {

/// Ingress v1 `pathType`; ImplementationSpecific is Prefix here.
enum class PathType : std::uint8_t { exact, prefix };

/// Which object a location comes from: what the access log and the metrics say of a request.
struct Origin {
    std::string namespace_name;
    std::string ingress;
    std::string service;
    std::string service_port;
    bool operator==(const Origin&) const = default;
};

/// One path of one host.
struct Location {
    PathType path_type = PathType::prefix;
    std::string path = "/";
    Origin origin;
    /// Key in RoutingTable::backends. Empty: nothing can answer. A request is then told 503 where
    /// `origin.service` names what was asked for, and 404 where nothing was (an implicit `/`).
    std::string backend;
    Policies policies;
    bool operator==(const Location&) const = default;
};

/// One name with its paths and its certificate.
struct Host {
    std::string
        name;  ///< lower case; `*.` in front for a wildcard of one label; empty: the catch-all
    std::shared_ptr<const Certificate> certificate;  ///< null: the default certificate
    /// One with an RSA key, for clients that cannot use `certificate`, whose key is of another kind;
    /// null: there is none.
    std::shared_ptr<const Certificate> rsa_certificate;
    std::vector<Location> locations;  ///< no path and type twice; in the order of their age
    HostPolicies policies;
    /// What no path of `locations` matches: `spec.defaultBackend`, else the default backend.
    Location fallback;
    /// `ssl-passthrough`: TLS connections go to the pods as they are.
    std::optional<L4Target> passthrough;
    bool operator==(const Host& other) const;  ///< compares the certificates by value
};

/// What replicas make the keys of session tickets from, so that each opens what another has sealed:
/// `--session-ticket-secret`. The seed never goes into a dump, a log line or a finding.
struct TicketSecret {
    std::string name;  ///< `namespace/secret`, for people
    std::string seed;  ///< at least 32 bytes
    bool operator==(const TicketSecret&) const = default;
};

struct RoutingTable {
    Settings settings;
    std::vector<std::shared_ptr<const Host>> hosts;  ///< sorted by name; none empty, none twice
    std::shared_ptr<const Host> catch_all;           ///< never null
    Backends backends;
    std::vector<std::shared_ptr<const L4Service>> l4_services;  ///< sorted by port, none twice
    /// `--default-ssl-certificate`; null: the self-made one.
    std::shared_ptr<const Certificate> default_certificate;
    std::shared_ptr<const TicketSecret> ticket_secret;  ///< null: each process has keys of its own

    bool operator==(const RoutingTable& other) const;  ///< compares what is pointed to
};

/// @param name  as Host::name; empty: the catch-all. @return null where there is none
[[nodiscard]] std::shared_ptr<const Host> find_host(const RoutingTable& table,
                                                    std::string_view name);
/// Null where the table has none there.
[[nodiscard]] std::shared_ptr<const L4Service> find_l4_service(const RoutingTable& table,
                                                               L4Port port);

}  // namespace breakwater::table
