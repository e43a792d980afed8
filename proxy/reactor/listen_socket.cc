#include "proxy/reactor/listen_socket.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace breakwater {
namespace {

/// As nginx; the kernel cuts it to net.core.somaxconn.
constexpr int kBacklog = 511;

void enable(int fd, int level, int option) {
    const int one = 1;
    setsockopt(fd, level, option, &one, sizeof one);
}

std::unexpected<std::string> cannot(const char* what, const SocketAddress& address, int number) {
    return std::unexpected(fmt::format("cannot {} {}: {}", what, address.to_string(),
                                       std::generic_category().message(number)));
}

enum class Port : std::uint8_t { shared, exclusive };

std::expected<Descriptor, std::string> bind_to(const SocketAddress& address, Port port) {
    sockaddr_storage native;
    const socklen_t length = address.to_native(native);
    Descriptor fd(socket(native.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return cannot("open a socket for", address, errno);
    enable(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    if (port == Port::shared) enable(fd.get(), SOL_SOCKET, SO_REUSEPORT);
    if (native.ss_family == AF_INET6) enable(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&native), length) != 0) {
        return cannot("bind", address, errno);
    }
    if (listen(fd.get(), kBacklog) != 0) return cannot("listen on", address, errno);
    return fd;
}

}  // namespace

std::expected<Descriptor, std::string> ListenSocket::open(const SocketAddress& address) {
    return bind_to(address, Port::shared);
}

std::expected<void, std::string> ListenSocket::check_free(const SocketAddress& address) {
    const auto fd = bind_to(address, Port::exclusive);
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
