#include "proxy/exchange/routes.h"

namespace breakwater::exchange {

const Route& Routes::match(std::string_view host, std::string_view path) const {
    const std::size_t name = names.find(host);
    const HostRoutes& routes = name == table::HostMatcher::kNone ? *catch_all : *hosts[name];
    const std::size_t location = routes.paths.find(path);
    return location == table::PathMatcher::kNone ? routes.fallback : routes.routes[location];
}

}  // namespace breakwater::exchange
