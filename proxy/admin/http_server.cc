#include "proxy/admin/http_server.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include "proxy/admin/thread.h"
#include "proxy/base/log.h"

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

}  // namespace

HttpServer::HttpServer(std::string name, Pages pages, Inbox inbox, Shown shown)
    : name_(std::move(name)),
      pages_(std::move(pages)),
      inbox_(std::move(inbox)),
      shown_(std::move(shown)) {}

HttpServer::~HttpServer() { stop(); }

std::expected<void, std::string> HttpServer::start(const SocketAddress& at, std::size_t threads) {
    auto opened = open_listener(at);
    if (!opened) return std::unexpected(std::move(opened.error()));
    Descriptor woken(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!woken) return cannot_listen(at, errno);
    listening_ = std::move(*opened);
    woken_ = std::move(woken);
    answerers_ = std::make_unique<Answerers>(
        name_, threads, [this](const Request& request) { return make_answer(request); },
        [this] { wake(); });
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
    return {};
}

SocketAddress HttpServer::address() const { return local_address(listening_); }

void HttpServer::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    wake();
    thread_.join();
    answerers_.reset();
    listening_ = Descriptor();
}

void HttpServer::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t count = ::write(woken_.get(), &one, sizeof one);
}

void HttpServer::serve(const std::stop_token& stop) {
    begin_thread(name_);
    Clients clients(
        listening_.get(), woken_.get(), shown_, inbox_.take ? inbox_.largest_bytes : 0,
        [this](std::uint64_t who, Request request) { answerers_->ask(who, std::move(request)); });
    while (!stop.stop_requested()) {
        clients.turn();
        for (auto& [who, text] : answerers_->take()) clients.answer(who, std::move(text));
    }
}

std::string HttpServer::make_answer(const Request& request) const {
    try {
        return to_wire(answer(request), request.method);
    } catch (const std::exception& error) {
        log::error("a page could not be made", {{"server", name_}, {"reason", error.what()}});
        return to_wire(plain_answer(500), request.method);
    }
}

Answer HttpServer::answer(const Request& request) const {
    if (request.method == http::Method::post) return inbox_.take(request.body);
    const auto found = pages_.find(request.path);
    if (found != pages_.end()) return found->second(request.query);
    return {.status = 404, .body = "no such page\n"};
}

}  // namespace breakwater::admin
