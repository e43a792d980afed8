#pragma once
// A port of loopback that nobody has, for a service whose number stands in the table.

#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "proxy/reactor/listen_socket.h"
#include "proxy/reactor/udp_socket.h"

namespace breakwater::test {

/// Below those that the kernel gives away by itself, and by process, so that tests which run side by side
/// begin at different ones.
inline std::uint16_t free_port() {
    constexpr std::uint32_t kFirst = 10'240;
    constexpr std::uint32_t kCount = 20'000;
    static std::atomic<std::uint32_t> next{static_cast<std::uint32_t>(getpid()) * 101};
    for (;;) {
        const SocketAddress address{IpAddress::v4({127, 0, 0, 1}),
                                    static_cast<std::uint16_t>(kFirst + next++ % kCount)};
        if (ListenSocket::check_free(address) && UdpSocket::check_free(address))
            return address.port;
    }
}

}  // namespace breakwater::test
