#pragma once
// What is passed on as bytes and never looked into: TCP and UDP services, each on a port of its own,
// and hosts whose TLS is the pods' affair. ingress-nginx calls it stream. Values; any thread.

#include <compare>
#include <cstdint>
#include <string>

namespace breakwater::table {

enum class Transport : std::uint8_t { tcp, udp };

/// What a pod is told of the client before its first byte: the PROXY protocol's versions.
enum class ProxyVersion : std::uint8_t { none, v1, v2 };

/// Where the bytes go, and what the log says of it.
struct L4Target {
    std::string namespace_name;
    std::string service;
    std::string service_port;
    std::string backend;  ///< key in RoutingTable::backends
    ProxyVersion send_proxy = ProxyVersion::none;
    bool operator==(const L4Target&) const = default;
};

/// What tells two services apart: a port of ours.
struct L4Port {
    Transport transport = Transport::tcp;
    std::uint16_t number = 0;
    auto operator<=>(const L4Port&) const = default;
};

/// An entry of `--tcp-services-configmap` or `--udp-services-configmap`.
struct L4Service {
    L4Port port;
    bool accept_proxy = false;  ///< every connection begins with a PROXY header; TCP only
    L4Target target;
    bool operator==(const L4Service&) const = default;
};

}  // namespace breakwater::table
