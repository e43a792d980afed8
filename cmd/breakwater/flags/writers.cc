#include <fmt/format.h>

#include "cmd/breakwater/flags/flag_group.h"
#include "cmd/breakwater/flags/groups.h"
#include "controller/translate/value.h"

namespace breakwater::cmd {
namespace {

/// A ttl that a Lease can hold and that its parts can be told apart in.
std::optional<std::chrono::seconds> read_ttl(const std::string& text) {
    const auto time = translate::parse_time(text);
    const bool good = time && *time >= std::chrono::seconds(1) && *time <= std::chrono::hours(1);
    return good ? std::optional(*time) : std::nullopt;
}

}  // namespace

void add_writers(CLI::App& app, Options& options) {
    WriterOptions& to = options.writers;
    FlagGroup flags(app, "What is written to the cluster");
    flags.on_off("--update-status", to.update_status, "whether Ingresses get a status");
    flags.object("--publish-service", to.publish_service,
                 "this Service's addresses are the status");
    flags.text("--publish-status-address", to.publish_status_address, "LIST",
               "these addresses are the status");
    flags.on_off("--report-node-internal-ip-address", to.report_node_internal_ip_address,
                 "of nodes the internal address");
    flags.seconds("--status-update-interval", to.status_update_interval, 1,
                  "how often the status is looked after");
    flags.on_off("--update-status-on-shutdown", to.update_status_on_shutdown,
                 "whether the last replica clears it");
    flags.on_off("--disable-sync-events", to.disable_sync_events,
                 "no Event for an Ingress that has come or changed");
    flags.word("--election-id", to.election_id, "NAME", "the Lease of the election");
    flags.read<std::chrono::seconds>(
        "--election-ttl", to.election_ttl, "TIME", "after which another one may lead",
        fmt::format("{}s", to.election_ttl.count()), read_ttl, "is not a time from 1s to 1h");
    flags.on_off("--disable-leader-election", to.disable_leader_election,
                 "every replica writes: for a single one");
}

std::optional<std::string> settle_writers(Options& options) {
    const WriterOptions& writers = options.writers;
    if (!writers.publish_service || writers.publish_status_address.empty()) return {};
    return "--publish-service and --publish-status-address exclude each other";
}

}  // namespace breakwater::cmd
