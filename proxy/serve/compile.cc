#include "proxy/serve/compile.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>
#include <vector>

#include "proxy/filters/chain.h"
#include "proxy/filters/health_check.h"

namespace breakwater::serve {

using exchange::HostRoutes;
using exchange::Route;
using table::Backend;
using table::Host;
using table::Location;
using table::RoutingTable;

namespace {

std::shared_ptr<const Backend> backend_of(const RoutingTable& table, const Location& location) {
    const auto found = table.backends.find(location.backend);
    return found == table.backends.end() ? nullptr : found->second;
}

std::uint64_t next_route_id() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

/// What the routes of a table are compiled from, beside the host.
struct Parts {
    const RoutingTable& table;
    TransportIndex& transports;
};

Route compile_route(const Parts& parts, const std::shared_ptr<const Host>& host,
                    const Location& location) {
    auto backend = backend_of(parts.table, location);
    auto transports = parts.transports.find(location.policies.backend_protocol);
    auto chain = filters::make_chain(*host, location, backend.get());
    const table::Origin& origin = location.origin;
    auto names = std::make_shared<exchange::JoinedNames>(
        exchange::RouteNames{origin.namespace_name, origin.ingress, origin.service,
                             origin.service_port, host->name, location.path});
    return {next_route_id(),    host,
            &location,          std::move(names),
            std::move(backend), std::move(transports),
            std::move(chain)};
}

std::shared_ptr<HostRoutes> compile_host(const Parts& parts,
                                         const std::shared_ptr<const Host>& host) {
    auto routes = std::make_shared<HostRoutes>();
    routes->paths = table::PathMatcher(host->locations);
    routes->routes.reserve(host->locations.size());
    for (const Location& location : host->locations) {
        routes->routes.push_back(compile_route(parts, host, location));
    }
    routes->fallback = compile_route(parts, host, host->fallback);
    return routes;
}

/// The catch-all with one location more: the health check, unless an Ingress has that path itself.
std::shared_ptr<HostRoutes> compile_catch_all(const Parts& parts, const std::string& health_path) {
    auto host = std::make_shared<Host>(*parts.table.catch_all);
    const bool taken = std::ranges::any_of(host->locations, [&](const Location& location) {
        return location.path_type == table::PathType::exact && location.path == health_path;
    });
    if (!taken) {
        Location& health = host->locations.emplace_back();
        health.path_type = table::PathType::exact;
        health.path = health_path;
    }
    auto routes = compile_host(parts, host);
    if (!taken) routes->routes.back().filters = {std::make_shared<filters::HealthCheckFilter>()};
    return routes;
}

bool same_backend(const RoutingTable& table, const Route& route) {
    return route.backend == backend_of(table, *route.location);
}

bool still_true(const RoutingTable& table, const HostRoutes& compiled) {
    for (const Route& route : compiled.routes) {
        if (!same_backend(table, route)) return false;
    }
    return same_backend(table, compiled.fallback);
}

/// What was compiled before, by the node it was compiled from.
std::map<const Host*, std::shared_ptr<const HostRoutes>> by_node(const CompiledTable* before) {
    std::map<const Host*, std::shared_ptr<const HostRoutes>> nodes;
    if (!before) return nodes;
    for (const auto& routes : before->hosts) nodes.emplace(routes->fallback.host.get(), routes);
    return nodes;
}

}  // namespace

std::shared_ptr<const table::L4Target> CompiledTable::passthrough_of(
    std::string_view server_name) const {
    const std::size_t at = names.find(server_name);
    if (at == table::HostMatcher::kNone || !table->hosts[at]->passthrough) return nullptr;
    return {table->hosts[at], &*table->hosts[at]->passthrough};
}

std::shared_ptr<const CompiledTable> compile(std::shared_ptr<const RoutingTable> table,
                                             const CompiledTable* before,
                                             const CompileOptions& options) {
    const auto nodes = by_node(before);
    auto compiled = std::make_shared<CompiledTable>();
    compiled->transports = TransportIndex(before ? &before->transports : nullptr);
    const Parts parts{*table, compiled->transports};
    std::vector<std::string_view> names;
    names.reserve(table->hosts.size());
    compiled->hosts.reserve(table->hosts.size());
    for (const auto& host : table->hosts) {
        names.push_back(host->name);
        const auto known = nodes.find(host.get());
        const bool reuse = known != nodes.end() && still_true(*table, *known->second);
        compiled->hosts.push_back(reuse ? known->second : compile_host(parts, host));
    }
    compiled->names = table::HostMatcher(names);
    compiled->catch_all = compile_catch_all(parts, options.health_check_path);
    compiled->certificates = std::make_shared<tls::CertificateIndex>(
        *table, options.self_made, before ? before->certificates.get() : nullptr);
    compiled->clients = tls::ClientVerifiers::make(*table, before ? before->clients : nullptr);
    compiled->ciphers =
        std::make_shared<tls::CipherIndex>(*table, before ? before->ciphers.get() : nullptr);
    compiled->ingress_names = std::make_shared<IngressNames>(ingresses_of(*table));
    compiled->passes_through = std::ranges::any_of(
        table->hosts, [](const auto& host) { return host->passthrough.has_value(); });
    compiled->table = std::move(table);
    return compiled;
}

}  // namespace breakwater::serve
