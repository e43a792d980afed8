#include "proxy/exchange/routes.h"

#include <array>

namespace breakwater::exchange {

JoinedNames::JoinedNames(const RouteNames& names) : names_(names) {
    const std::array all{&names_.namespace_name, &names_.ingress,    &names_.service,
                         &names_.service_port,   &names_.route_host, &names_.route_path};
    for (const std::string_view* name : all) text_ += *name;
    const char* at = text_.data();
    for (std::string_view* name : all) {
        *name = {at, name->size()};
        at += name->size();
    }
}

const HostRoutes& Routes::find(std::string_view host) const {
    const std::size_t name = names->find(host);
    return name == table::HostMatcher::kNone ? *catch_all : *hosts[name];
}

const table::Host& Routes::host_of(std::string_view name) const {
    return *find(name).fallback.host;
}

const Route& Routes::match(std::string_view host, std::string_view path) const {
    const HostRoutes& routes = find(host);
    const std::size_t location = routes.paths.find(path);
    return location == table::PathMatcher::kNone ? routes.fallback : routes.routes[location];
}

}  // namespace breakwater::exchange
