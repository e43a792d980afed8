#include "tests/support/pod.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace breakwater::test {
namespace {

bool readable(int fd, int timeout_ms) {
    pollfd ready{fd, POLLIN, 0};
    return poll(&ready, 1, timeout_ms) == 1;
}

}  // namespace

Pod::Pod() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const SocketAddress any{*IpAddress::parse("127.0.0.1"), 0};
    sockaddr_storage native;
    socklen_t length = any.to_native(native);
    EXPECT_EQ(bind(listening_.get(), reinterpret_cast<sockaddr*>(&native), length), 0);
    EXPECT_EQ(listen(listening_.get(), 128), 0);
    length = sizeof native;
    getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&native), &length);
    address_ = SocketAddress::from_native(native);
}

Pod::~Pod() {
    ending_ = true;
    shutdown(listening_.get(), SHUT_RDWR);
    if (accepting_.joinable()) accepting_.join();
    for (std::thread& thread : threads_) thread.join();
}

Peer Pod::accept() {
    std::optional<Peer> visitor = try_accept(1000 * static_cast<int>(kPatience.count()));
    if (visitor) return std::move(*visitor);
    ADD_FAILURE() << "the proxy did not connect";
    return Peer(Descriptor());
}

std::optional<Peer> Pod::try_accept(int timeout_ms) {
    if (!readable(listening_.get(), timeout_ms)) return std::nullopt;
    return Peer(Descriptor(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
}

bool Pod::has_visitor() const { return readable(listening_.get(), 0); }

void Pod::close() { listening_ = Descriptor(); }

void Pod::serve(std::function<std::string(const std::string&)> answer) {
    answer_ = std::move(answer);
    accepting_ = std::thread([this] {
        for (;;) {
            Descriptor fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!fd) return;
            threads_.emplace_back(
                [this, accepted = fd.get()] { serve_connection(Peer(Descriptor(accepted))); });
            [[maybe_unused]] const int handed_over = fd.release();
        }
    });
}

void Pod::serve_connection(Peer peer) {
    // Waits in short steps, so that a kept connection does not hold up the pod's end.
    for (;;) {
        while (!readable(peer.fd(), 20)) {
            if (ending_) return;
        }
        if (peer.at_end()) return;
        const std::optional<std::string> request = peer.read_message_or_end();
        if (!request) return;
        ++served_;
        peer.send(answer_(*request));
    }
}

std::string ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace breakwater::test
