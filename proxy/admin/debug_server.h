#pragma once
// The debug port (`--admin-port`), on 127.0.0.1 only: what is in force, for people.
//
//   /debug/routes                 the table, as JSON
//   /debug/match?host=…&path=…    which location answers, as JSON; path is `/` where it is left out
//   /debug/explain?url=…          what becomes of a request, and why (explanation.h); method=…, header=… as
//                                 often as wanted, output=json
//   /debug/findings               mistakes in objects, as JSON
//   /debug/version
//
// The callbacks print what is in force and never build anything anew; they are called on the server's
// threads.

#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include "proxy/admin/http_server.h"

namespace breakwater::admin {

struct DebugPages {
    std::function<std::string()> routes;
    std::function<std::string(const std::string& host, const std::string& path)> match;
    Page explain;
    std::function<std::string()> findings;
    std::function<std::string()> version;  ///< plain text
};

class DebugServer {
public:
    static constexpr std::size_t kThreads = 2;

    explicit DebugServer(const DebugPages& pages);

    /// @return nothing, or one sentence that names address and flag.
    [[nodiscard]] std::expected<void, std::string> start(std::uint16_t port);
    [[nodiscard]] SocketAddress address() const { return server_.address(); }
    void stop() { server_.stop(); }

private:
    HttpServer server_;
};

}  // namespace breakwater::admin
