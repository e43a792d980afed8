#include "proxy/admin/http_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "proxy/admin/connection_stream.h"

namespace breakwater::admin {
namespace {

constexpr int kBacklog = 128;

std::unexpected<std::string> cannot_listen(const SocketAddress& at, int number) {
    return std::unexpected(fmt::format("cannot listen on {}: {}", at.to_string(),
                                       std::generic_category().message(number)));
}

/// Without SO_REUSEPORT: a port in use is an error, never a share of its connections.
std::expected<Descriptor, std::string> open_listener(const SocketAddress& at) {
    sockaddr_storage native{};
    const socklen_t length = at.to_native(native);
    Descriptor fd(::socket(native.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return cannot_listen(at, errno);
    const int on = 1;
    const int off = 0;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (native.ss_family == AF_INET6) {
        setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&native), length) != 0 ||
        listen(fd.get(), kBacklog) != 0) {
        return cannot_listen(at, errno);
    }
    return fd;
}

SocketAddress local_address(const Descriptor& fd) {
    sockaddr_storage native{};
    socklen_t length = sizeof native;
    getsockname(fd.get(), reinterpret_cast<sockaddr*>(&native), &length);
    return SocketAddress::from_native(native);
}

void block_all_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

/// The library's server, asked for one request at a time.
class HttpServer::Protocol final : public httplib::Server {
public:
    Protocol(Pages pages, Inbox inbox) : pages_(std::move(pages)), inbox_(std::move(inbox)) {
        set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& into) {
            if (inbox_.take && request.method == "POST") return HandlerResponse::Unhandled;
            answer(request, into);
            return HandlerResponse::Handled;
        });
        Post(".*", [this](const httplib::Request& request, httplib::Response& into,
                          const httplib::ContentReader& content) { take(request, content, into); });
    }

    void serve(httplib::Stream& stream, const SocketAddress& peer) { process(*this, stream, peer); }

private:
    static void fill(httplib::Response& into, const Answer& made) {
        into.status = made.status;
        into.set_content(made.body, made.content_type);
    }

    void answer(const httplib::Request& request, httplib::Response& into) const {
        const auto found = pages_.find(request.path);
        if (request.method != "GET" && request.method != "HEAD") {
            into.status = 405;
            into.set_header("Allow", inbox_.take ? "GET, HEAD, POST" : "GET, HEAD");
        } else if (found == pages_.end()) {
            into.status = 404;
            into.set_content("no such page\n", "text/plain; charset=utf-8");
        } else {
            fill(into, found->second(Query(request.params.begin(), request.params.end())));
        }
    }

    /// The library bounds neither a chunked body nor what a compressed one unfolds to.
    void take(const httplib::Request& request, const httplib::ContentReader& content,
              httplib::Response& into) const {
        if (request.has_header("Content-Encoding") || request.is_multipart_form_data()) {
            return fill(into, {.status = 415, .body = "no coding of a body is known here\n"});
        }
        std::string body;
        const bool whole = content([&](const char* bytes, std::size_t size) {
            if (body.size() + size > inbox_.largest_bytes) return false;
            body.append(bytes, size);
            return true;
        });
        if (!whole) return fill(into, {.status = 413, .body = "this is cut off, or too large\n"});
        fill(into, inbox_.take(body));
    }

    /// The two forms of the library's call: of older versions (Debian 12), and of newer ones.
    template <class Self>
    static void process(Self& self, httplib::Stream& stream, const SocketAddress& peer) {
        bool closed = false;
        if constexpr (requires { self.process_request(stream, true, closed, nullptr); }) {
            self.process_request(stream, true, closed, nullptr);
        } else {
            self.process_request(stream, peer.ip.to_string(), peer.port, std::string(), 0, true,
                                 closed, nullptr);
        }
    }

    const Pages pages_;
    const Inbox inbox_;
};

HttpServer::HttpServer(std::string name, Pages pages, Inbox inbox, Shown shown)
    : name_(std::move(name)),
      shown_(std::move(shown)),
      protocol_(std::make_unique<Protocol>(std::move(pages), std::move(inbox))) {}

HttpServer::~HttpServer() { stop(); }

std::expected<void, std::string> HttpServer::start(const SocketAddress& at, std::size_t threads) {
    auto opened = open_listener(at);
    if (!opened) return std::unexpected(std::move(opened.error()));
    Descriptor stopped(eventfd(0, EFD_CLOEXEC));
    if (!stopped) return cannot_listen(at, errno);
    listening_ = std::move(*opened);
    stopped_ = std::move(stopped);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
    return {};
}

SocketAddress HttpServer::address() const { return local_address(listening_); }

void HttpServer::stop() {
    if (threads_.empty()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t count = ::write(stopped_.get(), &one, sizeof one);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    listening_ = Descriptor();
}

bool HttpServer::wait_for_connection() const {
    for (;;) {
        std::array<pollfd, 2> waits{pollfd{listening_.get(), POLLIN, 0},
                                    pollfd{stopped_.get(), POLLIN, 0}};
        const int ready = poll(waits.data(), waits.size(), -1);
        if (waits[1].revents != 0) return false;
        if (ready > 0) return true;
    }
}

void HttpServer::serve() {
    block_all_signals();
    pthread_setname_np(pthread_self(), name_.c_str());
    while (wait_for_connection()) {
        sockaddr_storage native{};
        socklen_t length = sizeof native;
        Descriptor socket(accept4(listening_.get(), reinterpret_cast<sockaddr*>(&native), &length,
                                  SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket) {
            const SocketAddress peer = SocketAddress::from_native(native);
            const auto shown = shown_ ? shown_() : nullptr;
            if (shown_ && !shown) continue;
            ConnectionStream stream(std::move(socket), peer, stopped_.get(), shown.get());
            protocol_->serve(stream, peer);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));  // until one is free
        }
    }
}

}  // namespace breakwater::admin
