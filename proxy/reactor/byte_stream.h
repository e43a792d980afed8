#pragma once
// A connection as a stream of bytes in both directions: a TCP socket, or TLS over one.
//
// Nothing here blocks and nothing is a coroutine: a caller tries, and where it would wait, awaits.
//
//   for (;;) {
//       const Tried got = stream.try_read(room);
//       if (got.state == Tried::State::wait) { CO_TRY(co_await stream.wait_readable(deadline)); continue; }
//       ...
//   }
//
// One thread. One reader and one writer at a time; they may be different coroutines.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/base/error.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/task.h"

namespace breakwater {

class Socket;

/// What a try came to.
struct Tried {
    enum class State : std::uint8_t {
        some,    ///< `bytes` > 0 were moved
        wait,    ///< nothing now: await readiness, then try again
        end,     ///< reading: the peer has ended its direction in order
        failed,  ///< the connection is of no more use; `error` says why
    };
    State state = State::wait;
    std::size_t bytes = 0;
    Err error = Err::io_failed;

    static Tried some(std::size_t n) { return {State::some, n}; }
    static Tried wait() { return {State::wait}; }
    static Tried end() { return {State::end}; }
    static Tried failed(Err why) { return {State::failed, 0, why}; }
};

class ByteStream {
public:
    virtual ~ByteStream() = default;

    /// @param into not empty.
    virtual Tried try_read(std::span<char> into) = 0;
    /// What has been taken leaves at the latest when this turn of the loop ends, as far as the kernel has room; an
    /// error that it meets is said by a later call.
    /// @param bytes not empty; a part of it may be taken (a TLS stream that says `wait` wants the same
    ///              bytes again).
    virtual Tried try_write(std::string_view bytes) = 0;
    /// Both parts in order, as if they were one; with one system call where that is cheaper.
    virtual Tried try_write2(std::string_view first, std::string_view second) = 0;

    /// Until a try that said `wait` is worth repeating. @error io_timeout
    virtual IoWait wait_readable(Deadline deadline) = 0;
    virtual IoWait wait_writable(Deadline deadline) = 0;

    /// The next write asks the kernel although it has said of no room: it does so only where a third of its buffer is
    /// free, and a peer that reads slowly may have taken less than that in a long time.
    virtual void look_for_room() { watch().writable = true; }
    /// What it was given and the kernel has not taken yet, encrypted or not. Tells progress where a try says `wait`.
    [[nodiscard]] virtual std::size_t held_bytes() const { return 0; }

    /// The socket underneath, for who waits for its end beside a reader (UnlessGone).
    virtual Watch& watch() = 0;

    /// Says that nothing more will be written (TLS: close_notify, then FIN).
    /// @return some: it has been said, or cannot be; wait: await writability, then say it again
    virtual Tried try_shutdown_write() = 0;
    /// Whether the peer has ended or broken the connection, or has sent bytes nobody asked for: such
    /// a kept connection is not used again. Costs no system call.
    [[nodiscard]] virtual bool idle_and_intact() const = 0;
    /// The socket whose bytes are this stream's own (nothing buffered, nothing encrypted), so that they
    /// can be spliced; null where there is none.
    [[nodiscard]] virtual Socket* plain_socket() { return nullptr; }
};

/// wait_readable() as a task, for who waits for something else beside it.
Task<Done> until_readable(ByteStream& stream, Deadline deadline);

}  // namespace breakwater
