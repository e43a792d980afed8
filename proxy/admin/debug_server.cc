#include "proxy/admin/debug_server.h"

#include <utility>

namespace breakwater::admin {
namespace {

constexpr const char* kJson = "application/json";

std::string parameter(const Query& query, const char* name, const char* otherwise) {
    const auto found = query.find(name);
    return found == query.end() ? otherwise : found->second;
}

Page json(std::function<std::string()> text) {
    return [text = std::move(text)](const Query&) { return Answer{200, kJson, text()}; };
}

Pages pages_of(const DebugPages& from) {
    Pages pages;
    pages["/debug/routes"] = json(from.routes);
    pages["/debug/explain"] = from.explain;
    pages["/debug/findings"] = json(from.findings);
    pages["/debug/version"] = [version = from.version](const Query&) {
        Answer answer;
        answer.body = version();
        return answer;
    };
    pages["/debug/match"] = [match = from.match](const Query& query) {
        if (!query.contains("host")) {
            return Answer{400, "text/plain; charset=utf-8", "which host? ?host=…&path=…\n"};
        }
        return Answer{200, kJson,
                      match(parameter(query, "host", ""), parameter(query, "path", "/"))};
    };
    return pages;
}

}  // namespace

DebugServer::DebugServer(const DebugPages& pages) : server_("debug", pages_of(pages)) {}

std::expected<void, std::string> DebugServer::start(std::uint16_t port) {
    const auto started = server_.start({IpAddress::v4({127, 0, 0, 1}), port}, kThreads);
    if (!started) return std::unexpected(started.error() + " (--admin-port)");
    return {};
}

}  // namespace breakwater::admin
