#pragma once
// TCP and UDP services in a scenario: tables with them, and datagrams.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/reactor/udp_socket.h"
#include "tests/support/free_port.h"
#include "tests/support/proxy.h"

namespace breakwater::test {

/// Adds a service with a backend of its own.
inline table::L4Service& add_service(table::RoutingTable& table, table::L4Port port,
                                     const std::vector<SocketAddress>& endpoints) {
    auto backend = std::make_shared<table::Backend>();
    backend->name = "shop-db-" + std::to_string(port.number);
    for (const SocketAddress& endpoint : endpoints) backend->endpoints.push_back({endpoint});
    std::ranges::sort(backend->endpoints, {}, &table::Endpoint::address);
    auto service = std::make_shared<table::L4Service>();
    service->port = port;
    service->target = {.namespace_name = "shop",
                       .service = "db",
                       .service_port = std::to_string(port.number),
                       .backend = backend->name};
    table.backends.put(std::move(backend));
    table::L4Service& added = *service;
    table.l4_services.push_back(std::move(service));
    std::ranges::sort(table.l4_services, {}, [](const auto& one) { return one->port; });
    return added;
}

inline SocketAddress loopback(std::uint16_t port) { return {IpAddress::v4({127, 0, 0, 1}), port}; }

/// Somebody who sends and receives datagrams; every wait ends after kPatience with a failed test.
class DatagramPeer {
public:
    DatagramPeer() : fd_(*UdpSocket::open(loopback(0))) {}

    [[nodiscard]] SocketAddress address() const { return ListenSocket::local_address(fd_); }
    void send_to(const SocketAddress& to, std::string_view bytes) {
        sockaddr_storage native;
        const socklen_t length = to.to_native(native);
        EXPECT_EQ(sendto(fd_.get(), bytes.data(), bytes.size(), 0,
                         reinterpret_cast<sockaddr*>(&native), length),
                  static_cast<ssize_t>(bytes.size()));
    }
    /// The next datagram; its sender is whom answer() answers.
    std::string receive() {
        pollfd ready{fd_.get(), POLLIN, 0};
        EXPECT_EQ(poll(&ready, 1, 1000 * static_cast<int>(kPatience.count())), 1) << "none came";
        std::vector<char> room(kMaxDatagramBytes);
        sockaddr_storage native{};
        socklen_t length = sizeof native;
        const ssize_t got = recvfrom(fd_.get(), room.data(), room.size(), MSG_DONTWAIT,
                                     reinterpret_cast<sockaddr*>(&native), &length);
        EXPECT_GE(got, 0);
        sender_ = SocketAddress::from_native(native);
        return {room.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
    }
    void answer(std::string_view bytes) { send_to(sender_, bytes); }
    [[nodiscard]] const SocketAddress& sender() const { return sender_; }
    [[nodiscard]] bool has_news() const {
        pollfd ready{fd_.get(), POLLIN, 0};
        return poll(&ready, 1, 0) == 1;
    }
    void close() { fd_ = Descriptor(); }

private:
    Descriptor fd_;
    SocketAddress sender_;
};

}  // namespace breakwater::test
