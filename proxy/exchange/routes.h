#pragma once
// The table as requests see it: a host and a path lead to a route, always.
//
// serve/compile makes it from a RoutingTable, off the workers; const and shared afterwards. Each worker
// keeps it under a count of its own (TableInForce), so that pinning it touches no shared cache line.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/ref.h"
#include "proxy/exchange/filter.h"
#include "proxy/exchange/transport.h"
#include "proxy/table/match.h"
#include "proxy/table/routing_table.h"

namespace breakwater::exchange {

/// What a log line says of a route. Borrowed.
struct RouteNames {
    std::string_view namespace_name;  ///< table::Origin; empty where no Ingress decides
    std::string_view ingress;
    std::string_view service;
    std::string_view service_port;
    /// The table's name for it: `*.example.com`; empty: the catch-all.
    std::string_view route_host;
    std::string_view route_path;  ///< the location's path
};

/// The same, one behind the other in one text, so that each request's record takes them in one piece.
class JoinedNames {
public:
    explicit JoinedNames(const RouteNames& names);
    JoinedNames(const JoinedNames&) = delete;
    JoinedNames& operator=(const JoinedNames&) = delete;

    [[nodiscard]] const RouteNames& names() const { return names_; }

private:
    std::string text_;
    RouteNames names_;  ///< views into text_
};

/// One location, compiled.
struct Route {
    /// No other route of this process has it, nor had it before: for what workers keep by route. Not 0.
    std::uint64_t id = 0;
    std::shared_ptr<const table::Host> host;  ///< keeps `location` alive
    const table::Location* location = nullptr;
    std::shared_ptr<const JoinedNames> names;
    std::shared_ptr<const table::Backend> backend;  ///< null where the location names none
    Transports transports;
    /// In chain order. Owned by the table.
    std::vector<std::shared_ptr<const Filter>> filters;
};

/// One host, compiled; reused by the next table when neither the host nor a backend of it changed.
struct HostRoutes {
    table::PathMatcher paths;
    std::vector<Route> routes;  ///< as host->locations
    Route fallback;
};

class Routes {
public:
    virtual ~Routes() = default;

    /// @param host  as RequestHead::host. @param path  normalised.
    /// @return never null; valid as long as this.
    [[nodiscard]] const Route& match(std::string_view host, std::string_view path) const;

    /// The host whose paths a request for `name` finds; for names as above.
    [[nodiscard]] const table::Host& host_of(std::string_view name) const;

    std::shared_ptr<const table::RoutingTable> table;
    std::shared_ptr<const table::HostMatcher> names;
    std::vector<std::shared_ptr<const HostRoutes>> hosts;  ///< as table->hosts
    std::shared_ptr<const HostRoutes> catch_all;

private:
    [[nodiscard]] const HostRoutes& find(std::string_view host) const;
};

/// A worker's own count of a table: one a worker and publication.
class TableInForce final : public Counted {
public:
    explicit TableInForce(std::shared_ptr<const Routes> routes) : routes_(std::move(routes)) {}
    [[nodiscard]] const Routes& routes() const { return *routes_; }
    [[nodiscard]] const table::Settings& settings() const { return routes_->table->settings; }

private:
    ~TableInForce() override = default;
    std::shared_ptr<const Routes> routes_;
};
using TablePin = Ref<TableInForce>;

}  // namespace breakwater::exchange
