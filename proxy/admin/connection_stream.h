#pragma once
// One connection of an admin port as cpp-httplib reads and writes it: bounded in time as a whole, where
// the library bounds only each read, so that a client that trickles cannot keep a thread.
//
// One thread.

#include <httplib.h>

#include <array>
#include <memory>
#include <string>
#include <type_traits>

#include "proxy/base/address.h"
#include "proxy/base/clock.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/tls/socket_session.h"

namespace breakwater::admin {

/// The library's stream as older versions have it (Debian 12), and as newer ones do: who waits for what.
template <class Library>
class StreamOfOld : public Library {
public:
    bool is_writable() const override { return true; }
};
template <class Library>
class StreamOfNew : public Library {
public:
    bool wait_readable() const override { return this->is_readable(); }
    bool wait_writable() const override { return true; }
    time_t duration() const override { return 0; }
};
template <class Library>
concept WaitsByItself = requires(const Library& stream) { stream.wait_writable(); };
template <class Library>
using StreamBase =
    std::conditional_t<WaitsByItself<Library>, StreamOfNew<Library>, StreamOfOld<Library>>;

class ConnectionStream final : public StreamBase<httplib::Stream> {
public:
    static constexpr std::chrono::seconds kReadLimit{5};    ///< for a whole request
    static constexpr std::chrono::seconds kWriteLimit{10};  ///< for a whole answer

    /// @param socket   non-blocking.
    /// @param stopped  readable once everything is to end.
    /// @param tls      of the socket; null: plain
    ConnectionStream(Descriptor socket, SocketAddress peer, int stopped,
                     const tls::SocketContext* tls = nullptr);
    ~ConnectionStream() override;

    bool is_readable() const override;
    ssize_t read(char* into, std::size_t size) override;
    ssize_t write(const char* from, std::size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    /// None: the library would refuse one that is beyond FD_SETSIZE, though it selects on nothing here.
    socket_t socket() const override { return INVALID_SOCKET; }

private:
    /// @return false once the deadline has passed or everything ends.
    bool wait_for(short event) const;
    ssize_t refill();
    // Of the socket, or of TLS over it. @return 0 at the end, -1 for an error or once the time is over
    ssize_t receive(char* into, std::size_t size);
    ssize_t receive_by_tls(char* into, std::size_t size);
    ssize_t send_by_tls(const char* from, std::size_t size);
    /// @return false where it is no use to go on
    bool wait_as(tls::SocketSession::Wait wait) const;

    const Descriptor socket_;
    std::unique_ptr<tls::SocketSession> tls_;  ///< null: plain
    const SocketAddress peer_;
    const int stopped_;
    Deadline deadline_;
    bool answering_ = false;

    std::array<char, 4096> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace breakwater::admin
