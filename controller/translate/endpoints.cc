#include "controller/translate/endpoints.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "controller/translate/external_name.h"
#include "proxy/base/address_range.h"

namespace breakwater::translate {
namespace {

using kube::EndpointSlice;
using kube::Protocol;
using kube::Service;

/// Why an address of an endpoint is not used: what the API server refuses in an EndpointSlice, because it would
/// lead to the proxy itself or to the machine that it runs on. @return nothing where it is.
std::optional<std::string_view> mistake_in(const std::optional<IpAddress>& ip,
                                           const Options& options) {
    if (!ip) return "is not an IP address";
    if (ip->is_loopback() && options.allow_loopback_endpoints) return {};
    if (ip->is_loopback()) return "is a loopback address";
    if (is_local(*ip)) return "is no address of a pod";
    return {};
}

const Service::Port* find_port_of(const Service& service, const ServicePort& wanted) {
    const Service::Port* by_target = nullptr;
    for (const Service::Port& port : service.ports) {
        if (port.protocol != wanted.protocol) continue;
        const bool by_number = wanted.port.name.empty();
        if (by_number ? port.port == wanted.port.number : port.name == wanted.port.name)
            return &port;
        if (!by_target && port.target_port == wanted.port) by_target = &port;
    }
    return by_target;  // not what the API says, but ingress-nginx takes it, and manifests use it
}

/// The number behind a Service's port in one slice, which says it under the port's name.
/// @return 0 where the slice does not have it.
std::uint16_t port_in(const EndpointSlice& slice, const Service::Port& wanted) {
    for (const EndpointSlice::Port& port : slice.ports) {
        if (port.name != wanted.name || port.protocol != wanted.protocol) continue;
        if (port.port != 0) return port.port;
        // "All ports": then the Service says which.
        return wanted.target_port.number != 0 ? wanted.target_port.number : wanted.port;
    }
    return 0;
}

std::string field_of(std::size_t endpoint, std::size_t address) {
    return "endpoints[" + std::to_string(endpoint) + "].addresses[" + std::to_string(address) + "]";
}

/// Where pods are, by what is to come of them.
struct Found {
    std::vector<table::Endpoint> ready;
    std::vector<table::Endpoint> leaving;  ///< terminating, and serving until they are gone
    std::vector<table::Endpoint> near;     ///< of those that are ready: hinted for our zone
    bool all_hinted = true;                ///< those that are ready

    /// As kube-proxy has it: hints count where every ready endpoint has one, and one is ours. And better a pod
    /// that is about to go than none.
    [[nodiscard]] std::vector<table::Endpoint> chosen() && {
        if (ready.empty()) return std::move(leaving);
        return std::move(all_hinted && !near.empty() ? near : ready);
    }
};

void add_endpoints(const EndpointSlice& slice, std::uint16_t port, const Options& options,
                   Found& found, Report& report) {
    for (std::size_t i = 0; i < slice.endpoints.size(); ++i) {
        const EndpointSlice::Endpoint& endpoint = slice.endpoints[i];
        const bool usable = endpoint.terminating ? endpoint.serving : endpoint.ready;
        if (!usable) continue;
        auto& out = endpoint.terminating ? found.leaving : found.ready;
        const bool is_near =
            !endpoint.terminating &&
            std::ranges::find(endpoint.hint_zones, options.zone) != endpoint.hint_zones.end();
        if (!endpoint.terminating && endpoint.hint_zones.empty()) found.all_hinted = false;
        for (std::size_t k = 0; k < endpoint.addresses.size(); ++k) {
            const std::optional<IpAddress> ip = IpAddress::parse(endpoint.addresses[k]);
            if (const auto mistake = mistake_in(ip, options)) {
                report.error(ref(kube::Kind::endpoint_slice, slice.meta.key()), field_of(i, k),
                             in_quotes(endpoint.addresses[k]) + " " + std::string(*mistake) +
                                 "; it is left out");
                continue;
            }
            out.push_back({SocketAddress{*ip, port}});
            if (is_near) found.near.push_back(out.back());
        }
    }
}

/// `appProtocol`, Service v1: names of IANA's registry, and those of KEP-3726.
std::optional<table::BackendProtocol> protocol_named(std::string_view name) {
    using enum table::BackendProtocol;
    static constexpr std::array kNames{
        std::pair{"http", http},
        std::pair{"https", https},
        std::pair{"grpc", grpc},
        std::pair{"kubernetes.io/h2c",
                  grpc},  // HTTP/2 without TLS: what of it is a call its fields say
        std::pair{"kubernetes.io/ws", http},
        std::pair{"kubernetes.io/wss", https},
    };
    const auto* const found = std::ranges::find(
        kNames, name, [](const auto& row) { return std::string_view(row.first); });
    if (found == kNames.end()) return {};
    return found->second;
}

std::string_view word_of(Protocol protocol) { return protocol == Protocol::udp ? "UDP" : "TCP"; }

/// The Service's own address, where there is one that can be used.
std::optional<table::Endpoint> own_address(const EndpointsInput& input, const Options& options,
                                           Report& report) {
    const Service& service = input.service;
    const auto ip =
        service.cluster_ips.empty() ? std::nullopt : IpAddress::parse(service.cluster_ips.front());
    if (!ip || mistake_in(ip, options)) {
        report.warn(ref(kube::Kind::service, input.wanted.service), "spec.clusterIP",
                    "is no address that service-upstream could lead to; the pods are used");
        return {};
    }
    return table::Endpoint{SocketAddress{*ip, input.found.port}};
}

}  // namespace

std::string ServicePort::port_text() const {
    if (!port.name.empty()) return port.name;
    return port.number == 0 ? std::string() : std::to_string(port.number);
}

std::expected<const Service::Port*, std::string> find_port(const ServicePort& wanted,
                                                           const Service* service,
                                                           const Options& options) {
    const std::string service_name = wanted.service.to_string();
    if (!service) return std::unexpected("the Service " + service_name + " does not exist");
    const bool is_external = service->type == Service::Type::external_name;
    if (is_external && options.disable_external_names) {
        return std::unexpected(
            "the Service " + service_name +
            " is of type ExternalName, which --disable-svc-external-name forbids");
    }
    if (wanted.port_text().empty()) {
        return std::unexpected("no port of the Service " + service_name + " is named");
    }
    const Service::Port* found = find_port_of(*service, wanted);
    if (!found && !(is_external && external_port(wanted.port, found))) {
        return std::unexpected("the Service " + service_name + " has no " +
                               std::string(word_of(wanted.protocol)) + " port " +
                               wanted.port_text());
    }
    return found;
}

std::optional<table::BackendProtocol> protocol_of(const ServicePort& wanted,
                                                  const Service* service) {
    const Service::Port* found = service ? find_port_of(*service, wanted) : nullptr;
    return found ? protocol_named(found->app_protocol) : std::nullopt;
}

std::vector<table::Endpoint> make_endpoints(const EndpointsInput& input, const Options& options,
                                            Report& report) {
    if (input.service_upstream) {
        if (const auto own = own_address(input, options, report)) return {*own};
    }
    Found found;
    for (const auto& slice : input.slices) {
        if (slice->address_type == EndpointSlice::AddressType::fqdn) {
            report.warn(
                ref(kube::Kind::endpoint_slice, slice->meta.key()), "addressType",
                "names in EndpointSlices are not served, as with kube-proxy; a Service of type "
                "ExternalName leads to a name");
            continue;
        }
        const std::uint16_t number = port_in(*slice, input.found);
        if (number != 0) add_endpoints(*slice, number, options, found, report);
    }
    std::vector<table::Endpoint> endpoints = std::move(found).chosen();
    std::ranges::sort(endpoints, {}, &table::Endpoint::address);
    const auto twice = std::ranges::unique(endpoints);
    endpoints.erase(twice.begin(), twice.end());
    return endpoints;
}

}  // namespace breakwater::translate
