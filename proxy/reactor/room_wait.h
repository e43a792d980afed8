#pragma once
// Waits until a stream takes more, and tells a peer that reads slowly from one that has stalled.

#include <cstddef>
#include <optional>

#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/task.h"
#include "proxy/reactor/timer.h"

namespace breakwater {

/// For one writer:
///
///   RoomWait room;
///   while (stream.try_write(bytes).state == Tried::State::wait) {
///       CO_TRY(co_await room.wait(stream, deadline, Err::client_stalled));
///   }
///
/// The kernel speaks of room only where a third of its buffer is free, and a peer may have taken less than that by the
/// deadline. So when it has passed there is one more try, and only where that moves nothing has the peer stalled.
class RoomWait {
public:
    /// Until it is worth to try again. After a try that said `wait`.
    /// @error stalled  the peer has taken nothing up to the deadline of the last wait
    Task<Done> wait(ByteStream& stream, Deadline deadline, Err stalled);
    /// A try has moved something.
    void note_progress() { held_at_deadline_.reset(); }

private:
    /// What the stream held when it was over; none: it is not, or something has moved since.
    std::optional<std::size_t> held_at_deadline_;
};

}  // namespace breakwater
