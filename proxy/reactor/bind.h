#pragma once
// A socket bound to an address of ours, for whoever listens on it. No state; any thread.

#include <cstdint>
#include <expected>
#include <string>

#include "proxy/base/address.h"
#include "proxy/reactor/descriptor.h"

namespace breakwater {

/// Whether others of this user may bind the same address (SO_REUSEPORT): the kernel spreads clients
/// over them.
enum class Port : std::uint8_t { shared, exclusive };

void enable(int fd, int level, int option);

/// @param type  SOCK_STREAM or SOCK_DGRAM. Non-blocking; an IPv6 socket takes IPv6 only.
/// @return the descriptor, or one sentence that names the address
std::expected<Descriptor, std::string> bind_to(const SocketAddress& address, int type, Port port);

/// `cannot bind 127.0.0.1:80: Permission denied`, by an errno.
std::unexpected<std::string> cannot(const char* what, const SocketAddress& address, int number);

}  // namespace breakwater
