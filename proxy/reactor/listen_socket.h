#pragma once
// A listening TCP socket. With SO_REUSEPORT each worker opens its own on the same address, and the
// kernel spreads the connections over them.
//
// One thread, after open().

#include <string>

#include "proxy/base/address.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/reactor/reactor.h"

namespace breakwater {

/// What accepting came to.
struct Accepted {
    enum class State : std::uint8_t {
        connection,
        wait,       ///< nobody is there: await readiness
        exhausted,  ///< no descriptor is free: try again in a while
        skipped,    ///< that client has gone again: try the next one at once
    };
    State state = State::wait;
    Descriptor fd;  ///< non-blocking, TCP_NODELAY
    SocketAddress peer;
};

class ListenSocket {
public:
    /// Binds and listens, without an event loop yet. An IPv6 socket takes IPv6 only.
    /// @param address port 0 lets the kernel choose.
    /// @return the descriptor, or one sentence that names the address.
    static std::expected<Descriptor, std::string> open(const SocketAddress& address);
    /// Whether nobody has `address` yet. To be asked before the first open(): SO_REUSEPORT would share
    /// the port with another process of the same user, and each would get a part of the connections.
    static std::expected<void, std::string> check_free(const SocketAddress& address);
    /// Whether this machine speaks the address's family at all.
    static bool family_available(const SocketAddress& address);
    /// Where an open socket listens.
    static SocketAddress local_address(const Descriptor& fd);

    ListenSocket(Reactor& reactor, Descriptor fd);

    Accepted try_accept();
    IoWait wait_readable();

private:
    Descriptor fd_;
    Watch watch_;
};

}  // namespace breakwater
