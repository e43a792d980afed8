#pragma once
// TCP: a connected socket as a ByteStream, connecting, listening.
//
// Readiness: a flag of the Watch says that a try is worth its system call. A read that filled less
// than its room has emptied the socket, so the flag is cleared without another read that would only
// find EAGAIN; edge-triggered epoll sets it again with the next bytes. After a hang-up the flag stays
// set, so that the end is read. A write clears it on a part only.
//
// One thread.

#include <memory>

#include "proxy/base/address.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/reactor/pipe.h"
#include "proxy/reactor/poller.h"
#include "proxy/reactor/task.h"

namespace breakwater {

class Socket : public ByteStream {
public:
    /// @param fd  non-blocking. Its watch() is to enter(), or somebody else to set its flags.
    Socket(Reactor& reactor, Descriptor fd, SocketState state);

    Tried try_read(std::span<char> into) override;
    Tried try_write(std::string_view bytes) override;
    Tried try_write2(std::string_view first, std::string_view second) override;
    IoWait wait_readable(Deadline deadline) override;
    IoWait wait_writable(Deadline deadline) override;
    Tried try_shutdown_write() override;
    [[nodiscard]] bool idle_and_intact() const override {
        return !watch_.readable && !watch_.hung_up;
    }
    Watch& watch() override { return watch_; }
    [[nodiscard]] Socket* plain_socket() override { return this; }

    /// Reads into a pipe, which is empty, up to `most_bytes`. A part says nothing of what is left: a
    /// pipe may be full of half-empty pages.
    virtual Tried try_splice_to(Pipe& pipe, std::size_t most_bytes);
    /// Finds out whether anything is left, which no splice tells: behind a message's last byte, so that
    /// idle_and_intact() is right.
    virtual void look_for_more();
    /// Writes what is in a pipe, which is not empty.
    virtual Tried try_splice_from(Pipe& pipe);

protected:
    static Err error_of(int number);
    /// For who closes it later. Nothing may be called then but the destructor.
    Descriptor take_descriptor();

private:
    Tried not_read(ssize_t result);
    Tried wrote(ssize_t result, std::size_t wanted);

    Descriptor fd_;
    Watch watch_;  ///< after fd_: it is unregistered before the descriptor is closed
};

/// A stream over a non-blocking `fd`, in the way of this loop's poller.
std::unique_ptr<Socket> make_socket(Reactor& reactor, Descriptor fd, SocketState state);

/// Makes closing `fd` a reset: the peer cannot take it for the end of what it was sent.
void reset_on_close(int fd);

/// Opens a connection. @error connect_failed, connect_timeout
Task<Result<std::unique_ptr<Socket>>> connect(Reactor& reactor, SocketAddress to,
                                              Deadline deadline);

}  // namespace breakwater
