#include "cmd/breakwater/status.h"

#include "proxy/admin/health.h"
#include "proxy/admin/match_page.h"
#include "proxy/table/dump.h"

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
                              .election = writers_ ? writers_->election() : std::nullopt,
                              .counters = server_.counters(),
                              .access_log_dropped = server_.dropped_log_lines(),
                              .l4_ports_failed = server_.l4_ports_failed(),
                              .ocsp = server_.ocsp_counts(),
                              .unresolved_names = server_.unresolved_names()};
    {
        const std::lock_guard lock(mutex_);
        input.controller = controller_;
    }
    if (webhook_) input.admission = webhook_->facts();
    if (const auto in_force = server_.in_force()) input.controller.table = in_force->table;
    return admin::metrics_text(input);
}

std::string Status::routes() const {
    const auto in_force = server_.in_force();
    return in_force ? table::to_json(*in_force->table) : "null";
}

std::shared_ptr<const table::Findings> Status::findings_in_force() const {
    const std::lock_guard lock(mutex_);
    return findings_;
}

std::string Status::findings() const { return table::to_json(*findings_in_force()); }

std::string Status::match(const std::string& host, const std::string& path) const {
    const auto in_force = server_.in_force();
    return in_force ? admin::match_json(*in_force, host, path) : "null";
}

}  // namespace breakwater::cmd
