#include "proxy/http/linger.h"

#include "proxy/http/limits.h"
#include "proxy/reactor/room_wait.h"

namespace breakwater::http {

Task<void> linger(ByteStream& stream, Duration patience) {
    Reactor& reactor = this_reactor();
    RoomWait room_wait;
    while (stream.try_shutdown_write().state == Tried::State::wait) {
        const Deadline sent = Deadline::after(reactor.now(), patience);
        Done ready = co_await room_wait.wait(stream, sent, Err::client_stalled);
        if (!ready) co_return;
    }
    const Deadline deadline = Deadline::after(reactor.now(), std::chrono::seconds(kLingerSeconds));
    for (std::size_t dropped = 0; dropped < kLingerBytes;) {
        Ref<Block> block = reactor.blocks().take();
        const Tried got = stream.try_read({block->data(), block->size()});
        if (got.state == Tried::State::some) {
            dropped += got.bytes;
            continue;
        }
        if (got.state != Tried::State::wait) co_return;
        block.reset();
        Done ready = co_await stream.wait_readable(deadline);
        if (!ready) co_return;
    }
}

}  // namespace breakwater::http
