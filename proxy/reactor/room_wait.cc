#include "proxy/reactor/room_wait.h"

namespace breakwater {

Task<Done> RoomWait::wait(ByteStream& stream, Deadline deadline, Err stalled) {
    // A stream says `wait` also where the try has moved a part of what it holds (TLS: of a batch of records).
    if (held_at_deadline_ && stream.held_bytes() >= *held_at_deadline_) co_return fail(stalled);
    held_at_deadline_.reset();
    Done ready = co_await stream.wait_writable(deadline);
    if (!ready) {
        held_at_deadline_ = stream.held_bytes();
        stream.look_for_room();
    }
    co_return Done{};
}

}  // namespace breakwater
