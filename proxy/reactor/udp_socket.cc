#include "proxy/reactor/udp_socket.h"

#include <sys/socket.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "proxy/reactor/bind.h"

namespace breakwater {
namespace {

/// Room for the one thing that goes beside a datagram: our own address (ip(7), ipv6(7)).
struct alignas(cmsghdr) ControlRoom {
    std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> bytes{};
};

iovec part(const char* bytes, std::size_t count) { return {const_cast<char*>(bytes), count}; }

template <class Info>
Info info_of(const cmsghdr* control) {
    Info info;
    std::memcpy(&info, CMSG_DATA(control), sizeof info);
    return info;
}

IpAddress local_of(msghdr& message) {
    using Ipv4 = std::array<std::uint8_t, 4>;
    using Ipv6 = std::array<std::uint8_t, 16>;
    for (cmsghdr* at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
        if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_PKTINFO) {
            return IpAddress::v4(std::bit_cast<Ipv4>(info_of<in_pktinfo>(at).ipi_addr));
        }
        if (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_PKTINFO) {
            return IpAddress::v6(std::bit_cast<Ipv6>(info_of<in6_pktinfo>(at).ipi6_addr));
        }
    }
    return {};
}

template <class Info>
void put_control(msghdr& message, int level, int type, const Info& info) {
    message.msg_controllen = CMSG_SPACE(sizeof info);
    cmsghdr* const control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = level;
    control->cmsg_type = type;
    control->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(control), &info, sizeof info);
}

void put_local(msghdr& message, const IpAddress& local) {
    if (local.is_v4()) {
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, local.bytes().data(), sizeof info.ipi_spec_dst);
        put_control(message, IPPROTO_IP, IP_PKTINFO, info);
    } else {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, local.bytes().data(), sizeof info.ipi6_addr);
        put_control(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
}

}  // namespace

std::expected<Descriptor, std::string> UdpSocket::open(const SocketAddress& address) {
    auto fd = bind_to(address, SOCK_DGRAM, Port::shared);
    if (!fd) return fd;
    if (address.ip.is_v4()) {
        enable(fd->get(), IPPROTO_IP, IP_PKTINFO);
    } else {
        enable(fd->get(), IPPROTO_IPV6, IPV6_RECVPKTINFO);
    }
    return fd;
}

std::expected<void, std::string> UdpSocket::check_free(const SocketAddress& address) {
    const auto fd = bind_to(address, SOCK_DGRAM, Port::exclusive);
    if (!fd) return std::unexpected(fd.error());
    return {};
}

Result<Descriptor> UdpSocket::connect(const SocketAddress& peer) {
    sockaddr_storage native;
    const socklen_t length = peer.to_native(native);
    Descriptor fd(socket(native.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return fail(Err::connect_failed, "no descriptor");
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&native), length) != 0) {
        return fail(Err::connect_failed);
    }
    return fd;
}

UdpSocket::UdpSocket(Reactor& reactor, Descriptor fd)
    : fd_(std::move(fd)), watch_(reactor, fd_.get()) {
    watch_.enter();
}

Datagram UdpSocket::try_receive(std::span<char> room) {
    if (!watch_.readable && !watch_.hung_up) return {};
    sockaddr_storage peer{};
    ControlRoom control;
    iovec to = part(room.data(), room.size());
    msghdr message{};
    message.msg_name = &peer;
    message.msg_namelen = sizeof peer;
    message.msg_iov = &to;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    const ssize_t got = recvmsg(fd_.get(), &message, 0);
    if (got >= 0) {
        return {.state = Datagram::State::some,
                .bytes = {room.data(), static_cast<std::size_t>(got)},
                .peer = SocketAddress::from_native(peer),
                .local = local_of(message)};
    }
    Datagram none;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        watch_.readable = watch_.hung_up = false;
    } else {
        none.state = Datagram::State::failed;
    }
    return none;
}

bool UdpSocket::send(std::string_view bytes) {
    return ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0 ||
           errno != ECONNREFUSED;
}

void UdpSocket::send(std::string_view bytes, const SocketAddress& to, const IpAddress& local) {
    sockaddr_storage native;
    ControlRoom control;
    iovec from = part(bytes.data(), bytes.size());
    msghdr message{};
    message.msg_namelen = to.to_native(native);
    message.msg_name = &native;
    message.msg_iov = &from;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    put_local(message, local);
    sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
}

IoWait UdpSocket::wait_readable(Deadline deadline) { return {watch_, Direction::read, deadline}; }

}  // namespace breakwater
