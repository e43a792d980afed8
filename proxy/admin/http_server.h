#pragma once
// A small HTTP server for people, probes and Prometheus: pages by exact path, GET and HEAD, one request
// a connection, on threads of its own. And, over TLS, for the API server, which POSTs to the admission
// webhook.
//
// One thread reads and writes all connections (clients.h), the others make answers (answerers.h). Why this is
// not cpp-httplib's server: docs/decisions/admin_ports.md.

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "proxy/admin/answer.h"
#include "proxy/admin/answerers.h"
#include "proxy/admin/clients.h"
#include "proxy/base/address.h"

namespace breakwater::admin {

/// An answer is made on a thread of the server, several at a time.
using Page = std::function<Answer(const Query&)>;
using Pages = std::map<std::string, Page, std::less<>>;

/// What is done with the body of a POST, whatever its path. Called as a Page is.
struct Inbox {
    std::function<Answer(const std::string& body)> take;  ///< empty: POST is refused
    std::size_t largest_bytes = 0;                        ///< of a body; 413 beyond
};

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
    /// @param threads  that make answers
    /// @return nothing, or one sentence that names the address.
    [[nodiscard]] std::expected<void, std::string> start(const SocketAddress& at,
                                                         std::size_t threads);
    /// Where it listens, after start().
    [[nodiscard]] SocketAddress address() const;
    /// Cuts what is open and joins the threads. Once or more.
    void stop();

private:
    void serve(const std::stop_token& stop);
    [[nodiscard]] std::string make_answer(const Request& request) const;
    [[nodiscard]] Answer answer(const Request& request) const;
    void wake() const;

    const std::string name_;
    const Pages pages_;
    const Inbox inbox_;
    const Shown shown_;
    Descriptor listening_;
    Descriptor woken_;  ///< eventfd: an answer was made, or it ends
    std::unique_ptr<Answerers> answerers_;
    std::jthread thread_;
};

}  // namespace breakwater::admin
