#pragma once
// UDP: a socket on a port of ours, or one that is connected to one peer.
//
// With SO_REUSEPORT each worker opens its own on the same address; the kernel chooses by both ends of a
// datagram, so that one client's all come to one worker.
//
// One thread, after open().

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/base/address.h"
#include "proxy/base/error.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/reactor/reactor.h"

namespace breakwater {

/// The most that a datagram carries: its length is a number of 16 bits.
inline constexpr std::size_t kMaxDatagramBytes = 65535;

/// What receiving came to.
struct Datagram {
    enum class State : std::uint8_t {
        some,    ///< there is one; it may be empty
        wait,    ///< none is there: await readiness
        failed,  ///< one that we sent has come to nobody: of a connected socket
    };
    State state = State::wait;
    std::string_view bytes;  ///< in the caller's room
    SocketAddress peer;      ///< who sent it
    IpAddress local;         ///< which of our addresses it was sent to; of a bound socket
};

class UdpSocket {
public:
    /// Binds, without an event loop yet.
    /// @param address  port 0 lets the kernel choose.
    /// @return the descriptor, or one sentence that names the address
    static std::expected<Descriptor, std::string> open(const SocketAddress& address);
    /// Whether nobody has `address` yet: as ListenSocket::check_free().
    static std::expected<void, std::string> check_free(const SocketAddress& address);
    /// One that speaks with `peer` alone. @error connect_failed
    static Result<Descriptor> connect(const SocketAddress& peer);

    UdpSocket(Reactor& reactor, Descriptor fd);

    /// @param room  what does not fit is cut off: kMaxDatagramBytes.
    Datagram try_receive(std::span<char> room);
    /// To the peer of a connected socket. What the kernel does not take now is lost, as datagrams are.
    /// @return false where one before has come to nobody; this one was not sent then
    [[nodiscard]] bool send(std::string_view bytes);
    /// From `local`, one of our addresses.
    void send(std::string_view bytes, const SocketAddress& to, const IpAddress& local);
    /// @error io_timeout
    IoWait wait_readable(Deadline deadline);

private:
    Descriptor fd_;
    Watch watch_;
};

}  // namespace breakwater
