#pragma once
// Where a reactor's events come from, and what its sockets are made of. The rest of the reactor does not
// know which kernel interface it is: epoll (epoll_poller.h) or io_uring (uring_poller.h); io.h chooses.
//
// One thread, but for wake().

#include <cstdint>
#include <memory>

#include "proxy/reactor/descriptor.h"

namespace breakwater {

class Reactor;
class Socket;
class Watch;

/// What is known of a socket when its stream is made.
enum class SocketState : std::uint8_t {
    accepted,    ///< the peer may have sent something
    connected,   ///< it has not yet
    connecting,  ///< and cannot be written to either
};

class Poller {
public:
    Poller() = default;
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;
    virtual ~Poller() = default;

    /// Readiness of a descriptor, edge-triggered, from now on. What cannot be registered counts as
    /// hung up.
    virtual void add(Watch& watch) = 0;
    virtual void remove(Watch& watch) = 0;

    /// Sleeps until there are events, wake() was called or `timeout_ms` is over (-1: no limit), sets
    /// the flags of the watches and hands each waiter that may go on to its reactor.
    /// @return whether wake() was called
    virtual bool poll(int timeout_ms) = 0;
    /// Ends the poll() of now or else the next one. Any thread.
    virtual void wake() = 0;

    /// A stream over `fd`, which is non-blocking, for a loop that polls this.
    virtual std::unique_ptr<Socket> make_socket(Reactor& reactor, Descriptor fd,
                                                SocketState state) = 0;
};

}  // namespace breakwater
