#include "proxy/serve/compile.h"

#include <algorithm>
#include <atomic>
#include <unordered_set>
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
    return table.backends.get(location.backend);
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
    auto chain = filters::make_chain({*host, location, backend.get()});
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

using Gone = std::unordered_set<const Backend*>;

/// The nodes of the table before that are not in this one.
Gone gone_backends(const RoutingTable& before, const RoutingTable& now) {
    Gone gone;
    for_each_difference(before.backends, now.backends, [&gone](const auto& was, const auto&) {
        if (was) gone.insert(was.get());
    });
    return gone;
}

/// What was compiled for a table before, and what of it still holds.
class Before {
public:
    Before(const CompiledTable* compiled, const RoutingTable& now) : now_(now) {
        if (!compiled) return;
        compiled_ = compiled;
        gone_ = gone_backends(*compiled->table, now);
    }

    /// What was compiled from this node, with backends that are still there; null where nothing was.
    /// @pre hosts are asked for in their order
    std::shared_ptr<const HostRoutes> find(const Host& host) {
        if (!compiled_) return nullptr;
        const auto& hosts = compiled_->table->hosts;
        const auto is_it = [&] { return next_ < hosts.size() && hosts[next_].get() == &host; };
        while (next_ < hosts.size() && !is_it() && hosts[next_]->name < host.name) ++next_;
        if (!is_it()) return nullptr;
        const auto& routes = compiled_->hosts[next_++];
        return still_true(*routes) ? routes : nullptr;
    }
    std::shared_ptr<const HostRoutes> find_catch_all() const {
        if (!compiled_ || compiled_->table->catch_all != now_.catch_all) return nullptr;
        return still_true(*compiled_->catch_all) ? compiled_->catch_all : nullptr;
    }

private:
    [[nodiscard]] bool still_true(const HostRoutes& routes) const {
        if (compiled_->table->backends.same_as(now_.backends)) return true;
        const auto holds = [this](const Route& route) { return still_true(route); };
        return holds(routes.fallback) && std::ranges::all_of(routes.routes, holds);
    }
    [[nodiscard]] bool still_true(const Route& route) const {
        if (route.backend) return !gone_.contains(route.backend.get());
        return !now_.backends.contains(route.location->backend);  // it may have come
    }

    const RoutingTable& now_;
    const CompiledTable* compiled_ = nullptr;
    Gone gone_;
    std::size_t next_ = 0;  ///< in the hosts before
};

/// Whether both have the same hosts, and `same` holds of each two of one name.
template <class Same>
bool same_hosts(const RoutingTable& before, const RoutingTable& now, const Same& same) {
    return std::ranges::equal(before.hosts, now.hosts, [&](const auto& a, const auto& b) {
        return a == b || (a->name == b->name && same(*a, *b));
    });
}

std::shared_ptr<const table::HostMatcher> index_names(const CompiledTable* before,
                                                      const RoutingTable& now) {
    const auto any = [](const Host&, const Host&) { return true; };
    if (before && same_hosts(*before->table, now, any)) return before->names;
    std::vector<std::string_view> names;
    names.reserve(now.hosts.size());
    for (const auto& host : now.hosts) names.push_back(host->name);
    return std::make_shared<const table::HostMatcher>(names);
}

/// What handshakes are asked and told, and which of them are not for us.
void index_handshakes(const CompiledTable* before, const RoutingTable& now, CompiledTable& made) {
    const auto same = [](const Host& a, const Host& b) {
        return a.policies == b.policies && a.passthrough.has_value() == b.passthrough.has_value();
    };
    if (before && same(*before->table->catch_all, *now.catch_all) &&
        same_hosts(*before->table, now, same)) {
        made.clients = before->clients;
        made.ciphers = before->ciphers;
        made.passes_through = before->passes_through;
        return;
    }
    made.clients = tls::ClientVerifiers::make(now, before ? before->clients : nullptr);
    made.ciphers =
        std::make_shared<tls::CipherIndex>(now, before ? before->ciphers.get() : nullptr);
    made.passes_through = std::ranges::any_of(
        now.hosts, [](const auto& host) { return host->passthrough.has_value(); });
}

std::shared_ptr<const tls::CertificateIndex> index_certificates(const CompiledTable* before,
                                                                const RoutingTable& now,
                                                                const CompileOptions& options) {
    const auto same = [](const Host& a, const Host& b) {
        return a.certificate == b.certificate && a.rsa_certificate == b.rsa_certificate;
    };
    if (before && before->table->default_certificate == now.default_certificate &&
        same_hosts(*before->table, now, same)) {
        return before->certificates;
    }
    return std::make_shared<const tls::CertificateIndex>(
        now, options.self_made, before ? before->certificates.get() : nullptr);
}

}  // namespace

std::shared_ptr<const table::L4Target> CompiledTable::passthrough_of(
    std::string_view server_name) const {
    const std::size_t at = names->find(server_name);
    if (at == table::HostMatcher::kNone || !table->hosts[at]->passthrough) return nullptr;
    return {table->hosts[at], &*table->hosts[at]->passthrough};
}

std::shared_ptr<const CompiledTable> compile(std::shared_ptr<const RoutingTable> table,
                                             const CompiledTable* before,
                                             const CompileOptions& options) {
    Before known(before, *table);
    auto compiled = std::make_shared<CompiledTable>();
    compiled->transports = TransportIndex(before ? &before->transports : nullptr);
    const Parts parts{*table, compiled->transports};
    compiled->hosts.reserve(table->hosts.size());
    for (const auto& host : table->hosts) {
        auto routes = known.find(*host);
        compiled->hosts.push_back(routes ? std::move(routes) : compile_host(parts, host));
    }
    compiled->catch_all = known.find_catch_all();
    if (!compiled->catch_all) {
        compiled->catch_all = compile_catch_all(parts, options.health_check_path);
    }
    compiled->names = index_names(before, *table);
    compiled->certificates = index_certificates(before, *table, options);
    index_handshakes(before, *table, *compiled);
    compiled->table = std::move(table);
    return compiled;
}

}  // namespace breakwater::serve
