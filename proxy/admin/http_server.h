#pragma once
// A small HTTP server for people, probes and Prometheus: pages by exact path, GET and HEAD, one request
// a connection, on a fixed number of threads of its own. And, over TLS, for the API server, which POSTs to
// the admission webhook.
//
// cpp-httplib reads the request and writes the answer; accepting is ours, because the library's loop
// ends at the first failed accept (ECONNABORTED, ENFILE) and its queue is not bounded. Here what waits
// for a thread waits in the kernel's queue, and a connection holds a thread for the few seconds of
// ConnectionStream at most.

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/tls/socket_session.h"

namespace breakwater::admin {

struct Answer {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
};
/// The query's parameters, decoded. An answer is made on a thread of the server, several at a time.
using Query = std::multimap<std::string, std::string>;
using Page = std::function<Answer(const Query&)>;
using Pages = std::map<std::string, Page, std::less<>>;

/// What is done with the body of a POST, whatever its path. Called as a Page is.
struct Inbox {
    std::function<Answer(const std::string& body)> take;  ///< empty: POST is refused
    std::size_t largest_bytes = 0;                        ///< of a body; 413 beyond
};

/// What the next connection is shown; asked once a connection, by any of the threads. Null: there is nothing
/// to show yet, and the connection is closed.
using Shown = std::function<std::shared_ptr<const tls::SocketContext>()>;

class HttpServer {
public:
    /// @param name   of its threads, at most 15 characters.
    /// @param shown  empty: plain HTTP
    explicit HttpServer(std::string name, Pages pages, Inbox inbox = {}, Shown shown = {});
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    ~HttpServer();

    /// Listens and answers from here on. Once. Port 0 lets the kernel choose; the IPv6 address `::`
    /// takes IPv4 too.
    /// @return nothing, or one sentence that names the address.
    [[nodiscard]] std::expected<void, std::string> start(const SocketAddress& at,
                                                         std::size_t threads);
    /// Where it listens, after start().
    [[nodiscard]] SocketAddress address() const;
    /// Cuts what is open and joins the threads. Once or more.
    void stop();

private:
    class Protocol;

    void serve();
    [[nodiscard]] bool wait_for_connection() const;

    const std::string name_;
    const Shown shown_;
    std::unique_ptr<Protocol> protocol_;
    Descriptor listening_;
    Descriptor stopped_;  ///< eventfd: readable from stop() on
    std::vector<std::thread> threads_;
};

}  // namespace breakwater::admin
