#include "proxy/admin/match_page.h"

#include <nlohmann/json.hpp>

#include "proxy/base/arena.h"
#include "proxy/base/ascii.h"
#include "proxy/table/path.h"

namespace breakwater::admin {

using nlohmann::ordered_json;

std::string match_json(const exchange::Routes& routes, const std::string& host,
                       const std::string& path) {
    Arena arena;
    const auto normalised = table::normalise_path(path, arena);
    if (!normalised) return ordered_json{{"error", row(normalised.error()).token}}.dump(2);

    const exchange::Route& route = routes.match(lower_case(host), *normalised);
    const table::Location& location = *route.location;
    ordered_json answer{{"host", route.host->name},
                        {"path", location.path},
                        {"namespace", location.origin.namespace_name},
                        {"ingress", location.origin.ingress},
                        {"service", location.origin.service},
                        {"service_port", location.origin.service_port}};
    answer["filters"] = ordered_json::array();
    for (const auto& filter : route.filters) answer["filters"].push_back(filter->name());
    answer["endpoints"] = ordered_json::array();
    if (route.backend) {
        for (const table::Endpoint& endpoint : route.backend->endpoints) {
            answer["endpoints"].push_back(endpoint.address.to_string());
        }
        if (const auto& external = route.backend->external) {
            answer["external"] = {{"name", external->name}, {"port", external->port}};
        }
    }
    return answer.dump(2);
}

}  // namespace breakwater::admin
