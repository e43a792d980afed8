#include "proxy/reactor/bind.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace breakwater {

void enable(int fd, int level, int option) {
    const int one = 1;
    setsockopt(fd, level, option, &one, sizeof one);
}

std::unexpected<std::string> cannot(const char* what, const SocketAddress& address, int number) {
    return std::unexpected(fmt::format("cannot {} {}: {}", what, address.to_string(),
                                       std::generic_category().message(number)));
}

std::expected<Descriptor, std::string> bind_to(const SocketAddress& address, int type, Port port) {
    sockaddr_storage native;
    const socklen_t length = address.to_native(native);
    Descriptor fd(socket(native.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return cannot("open a socket for", address, errno);
    // Of datagrams it would let several processes bind the same port, each unseen by the others.
    if (type == SOCK_STREAM) enable(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    if (port == Port::shared) enable(fd.get(), SOL_SOCKET, SO_REUSEPORT);
    if (native.ss_family == AF_INET6) enable(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&native), length) != 0) {
        return cannot("bind", address, errno);
    }
    return fd;
}

}  // namespace breakwater
