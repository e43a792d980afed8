#include "cmd/breakwater/application.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "cmd/breakwater/checks.h"
#include "cmd/breakwater/explain.h"
#include "cmd/breakwater/sources.h"
#include "cmd/breakwater/status.h"
#include "cmd/breakwater/version.h"
#include "cmd/breakwater/webhook.h"
#include "cmd/breakwater/writers.h"
#include "controller/loop.h"
#include "proxy/admin/debug_server.h"
#include "proxy/admin/status_server.h"
#include "proxy/base/log.h"
#include "proxy/serve/server.h"

namespace breakwater::cmd {
namespace {

/// How often an ending process looks whether its last connection has ended.
constexpr auto kStopCheck = std::chrono::milliseconds(20);
/// For a Close frame to be read, and answered, before the connection goes with the process.
constexpr auto kLeaveTaking = std::chrono::seconds(1);

/// Every connection takes one descriptor and every attempt another.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

serve::ServerOptions server_options(const Options& options, Io io) {
    return {.workers = static_cast<std::size_t>(options.workers),
            .io = io,
            .ports = {options.http_port, options.https_port},
            .log_format = options.log_format,
            .health_check_path = options.health_check_path,
            .external_names = {.local_addresses = !options.manifests.empty()}};
}

admin::Identity identity_of(const Options& options) {
    return {.version = std::string(version()),
            .controller_class = options.translation.controller_class,
            .controller_namespace = environment("POD_NAMESPACE"),
            .controller_pod = environment("POD_NAME")};
}

admin::StatusPages status_pages(const Status& status, const Options& options) {
    admin::StatusPages pages;
    pages.health_path = options.health_check_path;
    pages.why_unhealthy = [&status] { return status.why_unhealthy(); };
    pages.why_not_ready = [&status] { return status.why_not_ready(); };
    if (options.enable_metrics) pages.metrics = [&status] { return status.metrics(); };
    return pages;
}

/// Of the table in force, and of the objects as they are now.
admin::Page explain_now(const serve::Server& server, const Status& status,
                        const source::Source& source, const translate::Options& options) {
    return [&server, &status, &source, &options](const admin::Query& query) -> admin::Answer {
        const auto routes = server.in_force();
        if (!routes) return {.status = 503, .body = "no table is in force yet\n"};
        const source::Snapshot snapshot = source.snapshot();
        const auto findings = status.findings_in_force();
        return explain_page(query, routes, {snapshot.objects, *findings, options});
    };
}

admin::DebugPages debug_pages(const Status& status, admin::Page explain) {
    return {.routes = [&status] { return status.routes(); },
            .match = [&status](const std::string& host,
                               const std::string& path) { return status.match(host, path); },
            .explain = std::move(explain),
            .findings = [&status] { return status.findings(); },
            .version = [] { return version_text(); }};
}

/// Null where none is wanted.
std::expected<std::unique_ptr<Webhook>, std::string> make_webhook(
    const Options& options, const std::optional<kube::Access>& access, const source::Source& source,
    const controller::Loop& loop, const translate::Options& translation) {
    if (!options.webhook.address) return nullptr;
    auto shown = open_certificate(options.webhook, access);
    if (!shown) return std::unexpected(shown.error());
    return std::make_unique<Webhook>(*options.webhook.address, std::move(*shown), source, access,
                                     loop, admission::Law{translation, all_checks()});
}

/// @param writers  null where there is no cluster
controller::Outlets outlets(serve::Server& server, Status& status, Writers* writers,
                            Signals& signals) {
    controller::Outlets to;
    to.publish = [&server, &signals](std::shared_ptr<const table::RoutingTable> table) {
        const auto published = server.publish(std::move(table));
        if (published) return;
        log::error("cannot serve", {{"reason", published.error()}});
        signals.fail();
    };
    to.findings = [&status, writers](const std::shared_ptr<const table::Findings>& findings) {
        status.note(findings);
        if (writers) writers->note(findings);
    };
    to.outcome = [&status, writers](const controller::Outcome& outcome) {
        status.note(outcome);
        if (writers) writers->wake();
    };
    return to;
}

/// Until the last connection has ended, or the time has come.
/// @return false where a signal ended the wait
bool wait_for_last(const serve::Server& server, Signals& signals, Deadline limit) {
    while (server.connections() > 0 && !limit.passed(system_clock().now())) {
        const Deadline next(system_clock().now() + kStopCheck);
        if (signals.wait(next) != Signals::Event::none) return false;
    }
    return true;
}

/// Beside the stop itself, which does not wait for an API server.
std::jthread take_leave(Writers* writers) {
    if (!writers) return {};
    return std::jthread([writers](const std::stop_token& at_once) { writers->stop(at_once); });
}

/// From the first signal to the last connection: readiness fails, answers close their connections, then
/// nothing new is taken and what is in flight may finish; tunnels, which would never, take their leave.
/// @return false where a second signal ends all of it at once.
bool stop_in_order(serve::Server& server, Status& status, Signals& signals,
                   const Options& options) {
    const Time began = system_clock().now();
    log::info("stopping", {{"grace_seconds", options.shutdown_grace_period.count()}});
    status.stopping();
    server.drain();
    const Deadline grace(began + options.shutdown_grace_period);
    if (signals.wait(grace) != Signals::Event::none) return false;

    server.stop_accepting();
    const auto in_force = server.in_force();
    const Deadline limit =
        in_force
            ? Deadline(system_clock().now() + in_force->table->settings.worker_shutdown_timeout)
            : Deadline(began);
    if (!wait_for_last(server, signals, limit)) return false;
    server.end_tunnels();
    if (!wait_for_last(server, signals, Deadline(system_clock().now() + kLeaveTaking)))
        return false;
    log::info("stopped", {{"connections_cut", server.connections()}});
    return true;
}

void say_without_effect(const std::vector<std::string>& flags) {
    if (flags.empty()) return;
    std::string list;
    for (const std::string& flag : flags) list += (list.empty() ? "" : " ") + flag;
    log::warn("flags without effect here", {{"flags", list}});
}

int refuse(const std::string& reason) {
    log::error("cannot start", {{"reason", reason}});
    return 1;
}

}  // namespace

int run(const Options& options, Signals& signals) {
    raise_descriptor_limit();
    say_without_effect(options.without_effect);
    if (options.topology_aware_routing && options.translation.zone.empty()) {
        log::warn("zone hints do not count: --topology-zone does not say which zone this is");
    }

    const auto io = choose_io(options.io);
    if (!io) return refuse(io.error());
    const FoundAccess access = find_access(options);
    if (!access) return refuse(access.error());
    const auto source = open_source(options, *access);
    const auto writers =
        *access ? std::make_unique<Writers>(**access, options, identity_of(options), *source)
                : nullptr;
    serve::Server server(server_options(options, *io));
    Status status(server, writers.get(), identity_of(options));
    const translate::Options& translation = options.translation;
    controller::Loop loop(*source, translation, all_checks(),
                          outlets(server, status, writers.get(), signals));
    const auto webhook = make_webhook(options, *access, *source, loop, translation);
    if (!webhook) return refuse(webhook.error());
    if (*webhook) status.watch(**webhook);

    admin::StatusServer status_server(status_pages(status, options));
    if (const auto started = status_server.start(options.healthz_host, options.healthz_port);
        !started) {
        return refuse(started.error());
    }
    admin::DebugServer debug_server(
        debug_pages(status, explain_now(server, status, *source, translation)));
    if (options.admin_port != 0) {
        if (const auto started = debug_server.start(options.admin_port); !started) {
            return refuse(started.error());
        }
    }
    if (const auto started = loop.start(); !started) return refuse(started.error());
    if (writers) writers->start();
    if (*webhook) {
        if (const auto started = (*webhook)->start(); !started) return refuse(started.error());
    }
    log::info("started", {{"version", version()}, {"workers", options.workers}, {"io", name(*io)}});

    if (signals.wait(Deadline::never()) == Signals::Event::failure) return 1;
    std::jthread leaving = take_leave(writers.get());
    if (!stop_in_order(server, status, signals, options)) return 1;
    if (leaving.joinable()) leaving.join();
    return 0;
}

}  // namespace breakwater::cmd
