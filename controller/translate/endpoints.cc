#include "controller/translate/endpoints.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace breakwater::translate {
namespace {

using kube::EndpointSlice;
using kube::Protocol;
using kube::Service;

/// What the API server refuses in an EndpointSlice, because it would lead to the proxy itself or to
/// the machine that it runs on.
bool is_local(const IpAddress& ip) {
    const auto& b = ip.bytes();
    if (ip.is_v4()) return b[0] == 0 || (b[0] == 169 && b[1] == 254) || b[0] >= 224;
    const bool link_local = b[0] == 0xFE && (b[1] & 0xC0) == 0x80;
    const bool unspecified = std::ranges::all_of(b, [](auto byte) { return byte == 0; });
    return link_local || unspecified || b[0] == 0xFF;
}

/// Why an address of an endpoint is not used. @return nothing where it is.
std::optional<std::string_view> mistake_in(const std::optional<IpAddress>& ip,
                                           const Options& options) {
    if (!ip) return "is not an IP address";
    if (ip->is_loopback() && !options.allow_loopback_endpoints) return "is a loopback address";
    if (is_local(*ip)) return "is no address of a pod";
    return {};
}

const Service::Port* find_port(const Service& service, const kube::PortRef& wanted,
                               Protocol protocol) {
    const Service::Port* by_target = nullptr;
    for (const Service::Port& port : service.ports) {
        if (port.protocol != protocol) continue;
        if (wanted.name.empty() ? port.port == wanted.number : port.name == wanted.name)
            return &port;
        if (!by_target && port.target_port == wanted) by_target = &port;
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
};

void add_endpoints(const EndpointSlice& slice, std::uint16_t port, const Options& options,
                   Found& found, Report& report) {
    for (std::size_t i = 0; i < slice.endpoints.size(); ++i) {
        const EndpointSlice::Endpoint& endpoint = slice.endpoints[i];
        const bool usable = endpoint.terminating ? endpoint.serving : endpoint.ready;
        if (!usable) continue;
        auto& out = endpoint.terminating ? found.leaving : found.ready;
        for (std::size_t k = 0; k < endpoint.addresses.size(); ++k) {
            const std::optional<IpAddress> ip = IpAddress::parse(endpoint.addresses[k]);
            if (const auto mistake = mistake_in(ip, options)) {
                report.error(ref(kube::Kind::endpoint_slice, slice.meta.key()), field_of(i, k),
                             in_quotes(endpoint.addresses[k]) + " " + std::string(*mistake) +
                                 "; it is left out");
                continue;
            }
            out.push_back({SocketAddress{*ip, port}});
        }
    }
}

std::string_view word_of(Protocol protocol) { return protocol == Protocol::udp ? "UDP" : "TCP"; }

std::string long_name(const ServicePort& port) {
    const std::string name = port.service.to_string() + ":" + port.port_text();
    return port.protocol == Protocol::tcp ? name : name + "/UDP";
}

std::string short_name(const ServicePort& port) {
    return port.service.namespace_name + "-" + port.service.name + "-" + port.port_text();
}

}  // namespace

std::string ServicePort::port_text() const {
    if (!port.name.empty()) return port.name;
    return port.number == 0 ? std::string() : std::to_string(port.number);
}

Backends::Backends(const kube::Objects& objects, const table::RoutingTable* before,
                   const Options& options, Report& report)
    : objects_(objects), before_(before), options_(options), report_(report) {
    for (const auto& [key, slice] : objects.endpoint_slices) {
        if (slice->service_name.empty()) continue;
        slices_[{key.namespace_name, slice->service_name}].push_back(slice.get());
    }
}

void Backends::announce(const ServicePort& port, std::size_t age, bool service_upstream) {
    sharing_[short_name(port)].insert(long_name(port));
    const Wanted wanted{age, service_upstream};
    const auto [said, first] = wanted_.try_emplace(long_name(port), wanted);
    if (!first && age < said->second.age) said->second = wanted;
}

std::string Backends::name_of(const ServicePort& port) const {
    std::string name = short_name(port);
    const auto sharing = sharing_.find(name);
    const std::string proper = long_name(port);
    if (sharing == sharing_.end() || *sharing->second.begin() == proper) return name;
    return name + "@" + proper;
}

std::expected<std::string, std::string> Backends::find(const ServicePort& port) {
    const std::string service_name = port.service.to_string();
    const Service* service = objects_.services.find(port.service);
    if (!service) return std::unexpected("the Service " + service_name + " does not exist");
    if (service->type == Service::Type::external_name) {
        return std::unexpected("the Service " + service_name +
                               " is of type ExternalName, which is not served yet");
    }
    if (port.port_text().empty()) {
        return std::unexpected("no port of the Service " + service_name + " is named");
    }
    const Service::Port* found = find_port(*service, port.port, port.protocol);
    if (!found) {
        return std::unexpected("the Service " + service_name + " has no " +
                               std::string(word_of(port.protocol)) + " port " + port.port_text());
    }
    std::string name = name_of(port);
    if (!backends_.contains(name)) {
        table::Backend backend = build(port, *service, *found, name);
        std::shared_ptr<const table::Backend> node;
        if (before_) {
            const auto old = before_->backends.find(name);
            if (old != before_->backends.end() && *old->second == backend) node = old->second;
        }
        if (!node) node = std::make_shared<const table::Backend>(std::move(backend));
        backends_.emplace(name, std::move(node));
    }
    return name;
}

bool Backends::is_ready(const std::string& backend) const {
    const auto found = backends_.find(backend);
    return found != backends_.end() && !found->second->endpoints.empty();
}

std::optional<table::Endpoint> Backends::own_address(const ServicePort& port,
                                                     const Service& service,
                                                     const Service::Port& found) {
    const auto wanted = wanted_.find(long_name(port));
    if (wanted == wanted_.end() || !wanted->second.service_upstream) return {};
    const auto ip =
        service.cluster_ips.empty() ? std::nullopt : IpAddress::parse(service.cluster_ips.front());
    if (!ip || mistake_in(ip, options_)) {
        report_.warn(ref(kube::Kind::service, port.service), "spec.clusterIP",
                     "is no address that service-upstream could lead to; the pods are used");
        return {};
    }
    return table::Endpoint{SocketAddress{*ip, found.port}};
}

table::Backend Backends::build(const ServicePort& port, const Service& service,
                               const Service::Port& found, std::string name) {
    table::Backend backend{.name = std::move(name), .endpoints = {}};
    if (const auto own = own_address(port, service, found)) {
        backend.endpoints.push_back(*own);
        return backend;
    }
    const auto slices = slices_.find(port.service);
    if (slices == slices_.end()) return backend;
    Found endpoints;
    for (const EndpointSlice* slice : slices->second) {
        if (slice->address_type == EndpointSlice::AddressType::fqdn) continue;
        const std::uint16_t number = port_in(*slice, found);
        if (number != 0) {
            add_endpoints(*slice, number, options_, endpoints, report_);
        }
    }
    // As kube-proxy has it: better a pod that is about to go than none.
    backend.endpoints = std::move(endpoints.ready.empty() ? endpoints.leaving : endpoints.ready);
    std::ranges::sort(backend.endpoints, {}, &table::Endpoint::address);
    const auto twice = std::ranges::unique(backend.endpoints);
    backend.endpoints.erase(twice.begin(), twice.end());
    return backend;
}

}  // namespace breakwater::translate
