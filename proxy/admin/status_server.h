#pragma once
// The status port (`--healthz-port`): what the kubelet and Prometheus ask. `/healthz` (or
// `--health-check-path`), `/readyz`, `/metrics`.
//
// Everything shown comes from callbacks, called on the server's threads.

#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include "proxy/admin/http_server.h"

namespace breakwater::admin {

struct StatusPages {
    std::string health_path = "/healthz";
    /// Empty while all is well; else why not, in one line: 500.
    std::function<std::string()> why_unhealthy;
    /// Empty once, and while, traffic should come here; else why not, in one line: 503.
    std::function<std::string()> why_not_ready;
    /// metrics_text() of now; null leaves `/metrics` out.
    std::function<std::string()> metrics;
};

class StatusServer {
public:
    /// A probe is answered while a page of metrics is made.
    static constexpr std::size_t kThreads = 2;

    explicit StatusServer(const StatusPages& pages);

    /// @param host  an IP address; empty for all addresses of both families.
    /// @return nothing, or one sentence that names address and flag.
    [[nodiscard]] std::expected<void, std::string> start(const std::string& host,
                                                         std::uint16_t port);
    [[nodiscard]] SocketAddress address() const { return server_.address(); }
    void stop() { server_.stop(); }

private:
    HttpServer server_;
};

}  // namespace breakwater::admin
