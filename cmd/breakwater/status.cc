#include "cmd/breakwater/status.h"

#include <nlohmann/json.hpp>

#include "proxy/admin/health.h"
#include "proxy/base/arena.h"
#include "proxy/base/ascii.h"
#include "proxy/table/dump.h"
#include "proxy/table/path.h"

namespace breakwater::cmd {

void Status::note(const controller::Outcome& outcome) {
    const std::lock_guard lock(mutex_);
    controller_.last_publication_ok = outcome.successful;
    controller_.finding_warnings = outcome.warnings;
    controller_.finding_errors = outcome.errors;
    if (!outcome.successful) {
        ++controller_.failed_publications;
    } else if (outcome.published) {
        ++controller_.publications;
        controller_.last_publication = outcome.at;
    }
}

void Status::note(std::shared_ptr<const table::Findings> findings) {
    const std::lock_guard lock(mutex_);
    findings_ = std::move(findings);
}

std::string Status::why_unhealthy() const {
    return admin::why_stuck(server_.last_turns(), system_clock().now());
}

std::string Status::why_not_ready() const {
    if (stopping_) return "shutting down";
    return server_.in_force() ? "" : "waiting for the first complete table";
}

std::string Status::metrics() const {
    admin::MetricsInput input{.identity = identity_,
                              .controller = {},
                              .counters = server_.counters(),
                              .access_log_dropped = server_.dropped_log_lines()};
    {
        const std::lock_guard lock(mutex_);
        input.controller = controller_;
    }
    if (const auto in_force = server_.in_force()) input.controller.table = in_force->table;
    return admin::metrics_text(input);
}

std::string Status::routes() const {
    const auto in_force = server_.in_force();
    return in_force ? table::to_json(*in_force->table) : "null";
}

std::string Status::findings() const {
    const std::lock_guard lock(mutex_);
    return table::to_json(*findings_);
}

std::string Status::match(const std::string& host, const std::string& path) const {
    const auto in_force = server_.in_force();
    if (!in_force) return "null";
    Arena arena;
    const auto normalised = table::normalise_path(path, arena);
    if (!normalised) return nlohmann::json{{"error", row(normalised.error()).token}}.dump(2);

    const exchange::Route& route = in_force->match(lower_case(host), *normalised);
    const table::Location& location = *route.location;
    nlohmann::ordered_json answer{{"host", route.host->name},
                                  {"path", location.path},
                                  {"namespace", location.origin.namespace_name},
                                  {"ingress", location.origin.ingress},
                                  {"service", location.origin.service},
                                  {"service_port", location.origin.service_port}};
    answer["filters"] = nlohmann::json::array();
    for (const auto& filter : route.filters) answer["filters"].push_back(filter->name());
    answer["endpoints"] = nlohmann::json::array();
    if (route.backend) {
        for (const table::Endpoint& endpoint : route.backend->endpoints) {
            answer["endpoints"].push_back(endpoint.address.to_string());
        }
    }
    return answer.dump(2);
}

}  // namespace breakwater::cmd
