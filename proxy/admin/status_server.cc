#include "proxy/admin/status_server.h"

#include <fmt/format.h>

#include <optional>

namespace breakwater::admin {
namespace {

Page verdict(std::function<std::string()> why_not, int status) {
    return [why_not = std::move(why_not), status](const Query&) {
        const std::string reason = why_not();
        Answer answer;
        if (!reason.empty()) answer.status = status;
        answer.body = reason.empty() ? "ok" : reason + "\n";
        return answer;
    };
}

Pages pages_of(const StatusPages& from) {
    Pages pages;
    pages[from.health_path] = verdict(from.why_unhealthy, 500);
    pages["/readyz"] = verdict(from.why_not_ready, 503);
    if (from.metrics) {
        pages["/metrics"] = [metrics = from.metrics](const Query&) {
            return Answer{200, "text/plain; version=0.0.4; charset=utf-8", metrics()};
        };
    }
    return pages;
}

}  // namespace

StatusServer::StatusServer(const StatusPages& pages) : server_("status", pages_of(pages)) {}

std::expected<void, std::string> StatusServer::start(const std::string& host, std::uint16_t port) {
    const auto ip = IpAddress::parse(host.empty() ? "::" : host);
    if (!ip) {
        return std::unexpected(fmt::format("\"{}\" is not an IP address (--healthz-host)", host));
    }
    auto started = server_.start({*ip, port}, kThreads);
    if (!started && host.empty()) {
        // A machine without IPv6. Where the port itself is the trouble, this says so again.
        started = server_.start({IpAddress(), port}, kThreads);
    }
    if (!started) return std::unexpected(started.error() + " (--healthz-port)");
    return {};
}

}  // namespace breakwater::admin
