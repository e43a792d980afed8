#include "proxy/reactor/listen_socket.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "proxy/reactor/bind.h"

namespace breakwater {
namespace {

/// As nginx; the kernel cuts it to net.core.somaxconn.
constexpr int kBacklog = 511;

std::expected<Descriptor, std::string> listen_on(const SocketAddress& address, Port port) {
    auto fd = bind_to(address, SOCK_STREAM, port);
    if (fd && listen(fd->get(), kBacklog) != 0) return cannot("listen on", address, errno);
    return fd;
}

}  // namespace

std::expected<Descriptor, std::string> ListenSocket::open(const SocketAddress& address) {
    return listen_on(address, Port::shared);
}

std::expected<void, std::string> ListenSocket::check_free(const SocketAddress& address) {
    const auto fd = listen_on(address, Port::exclusive);
    if (!fd) return std::unexpected(fd.error());
    return {};
}

bool ListenSocket::family_available(const SocketAddress& address) {
    sockaddr_storage native;
    address.to_native(native);
    const Descriptor fd(socket(native.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return fd || errno != EAFNOSUPPORT;
}

SocketAddress ListenSocket::local_address(const Descriptor& fd) {
    sockaddr_storage native{};
    socklen_t length = sizeof native;
    getsockname(fd.get(), reinterpret_cast<sockaddr*>(&native), &length);
    return SocketAddress::from_native(native);
}

ListenSocket::ListenSocket(Reactor& reactor, Descriptor fd)
    : fd_(std::move(fd)), watch_(reactor, fd_.get()) {
    watch_.enter();
}

IoWait ListenSocket::wait_readable() { return {watch_, Direction::read, Deadline::never()}; }

Accepted ListenSocket::try_accept() {
    if (!watch_.readable) return {};
    sockaddr_storage native{};
    socklen_t length = sizeof native;
    Descriptor fd(accept4(fd_.get(), reinterpret_cast<sockaddr*>(&native), &length,
                          SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
        enable(fd.get(), IPPROTO_TCP, TCP_NODELAY);
        return {Accepted::State::connection, std::move(fd), SocketAddress::from_native(native)};
    }
    switch (errno) {
        case EAGAIN: watch_.readable = false; return {};
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM: return {Accepted::State::exhausted, {}, {}};
        // accept(2): errors of the new connection itself, already on the queue.
        default: return {Accepted::State::skipped, {}, {}};
    }
}

}  // namespace breakwater
