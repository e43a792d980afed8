#include "proxy/http2/connection.h"

#include <algorithm>
#include <utility>

#include "proxy/reactor/room_wait.h"

namespace breakwater::http2 {
namespace {

/// Pings, settings, priorities, credit, empty DATA: some of them are in each peer's manners.
constexpr Allowance::Rate kIdleFrames{.at_once = 1000, .a_second = 100};
/// What a DATA frame with this many bytes brings: it may be followed by some credit, which Go's reader gives for each
/// 4 KiB, twice (x/net/http2, inflowMinRefresh).
constexpr std::size_t kEarningBytes = 1024;
constexpr std::size_t kEarned = 4;

std::uint32_t earned(std::size_t bytes) {
    return static_cast<std::uint32_t>(std::max(kEarned, bytes / kEarningBytes));
}

/// Of a little one that is padded nobody knows before it has been read, and few have reason to pad so.
bool brings_bytes(const FrameHead& data) {
    return data.payload_bytes >= kEarningBytes ||
           (data.payload_bytes > 0 && (data.flags & FrameHead::kPadded) == 0);
}

}  // namespace

Connection::Connection(Session::Side side, ByteStream& stream, Reactor& reactor,
                       const SessionSettings& settings)
    : stream_(stream),
      reactor_(reactor),
      session_(side, *this, reactor.blocks(), settings),
      idle_frames_(kIdleFrames, reactor.now()) {}

Task<void> Connection::carry(std::string received, Duration patience) {
    Task<void> reading = read(std::move(received));
    Task<void> writing = write(patience);
    reading.start();
    writing.start();
    co_await Either(reading, writing);
    end_streams();
    closing_ = true;
    output_.raise();
    co_await writing;  // what is left to be said, and to be tidied up
}

bool Connection::take(std::string_view bytes) {
    share_.count(bytes.size());
    const Done received = session_.receive(bytes);
    if (session_.congested()) end_for(Code::enhance_your_calm);
    return received.has_value() && !fed_up_;
}

Task<void> Connection::read(std::string received) {
    if (!take(received)) co_return;
    std::string().swap(received);
    for (;;) {
        if (share_.spent()) co_await next_turn();
        Ref<Block> block = reactor_.blocks().take();
        const Tried got = stream_.try_read({block->data(), block->size()});
        if (got.state == Tried::State::some) {
            if (!take({block->data(), got.bytes})) co_return;
            continue;
        }
        if (got.state != Tried::State::wait) co_return;
        block.reset();
        Done ready = co_await stream_.wait_readable(Deadline::never());
        if (!ready) co_return;
    }
}

Task<void> Connection::write(Duration patience) {
    RoomWait room_wait;
    for (;;) {
        tidy();
        session_.produce();
        if (!session_.outbox().empty()) {
            const Tried put = try_write();
            if (put.state == Tried::State::some) {
                session_.outbox().consume(put.bytes);
                room_wait.note_progress();
                continue;
            }
            if (put.state != Tried::State::wait) break;
            const Deadline deadline = Deadline::after(reactor_.now(), patience);
            Done ready = co_await room_wait.wait(stream_, deadline, Err::client_stalled);
            if (ready) continue;
            stalled_ = true;
            break;
        }
        if (session_.over()) break;
        if (closing_ && !has_streams()) co_return;
        Done asked = co_await output_.wait();
        if (!asked) co_return;
    }
    // Nothing can be said any more, or need be; whoever is served here has to hear it.
    closing_ = true;
    end_streams();
    while (has_streams()) {
        Done ended = co_await output_.wait();
        if (!ended) co_return;
        tidy();
    }
}

Tried Connection::try_write() {
    const bool full = session_.full();
    const std::size_t held = full ? stream_.held_bytes() : 0;
    const Tried put = stream_.try_write(session_.outbox().bytes());
    const bool moved = put.state == Tried::State::some || stream_.held_bytes() < held;
    if (full && moved) session_.note_progress(reactor_.now());
    return put;
}

void Connection::close_when_done() {
    closing_ = true;
    output_.raise();
}

void Connection::end_for(Code code) {
    if (std::exchange(fed_up_, true)) return;
    session_.terminate(code);
    end_streams();
    close_when_done();
}

/// A little frame is of use where it is all there is, and none where the peer's credit has made it little: it
/// would be paid for each byte that it asks for.
void Connection::on_data_sent(std::size_t bytes, bool all) {
    if (all || bytes >= kEarningBytes) idle_frames_.earn(earned(bytes));
}

void Connection::on_frame(const FrameHead& head) {
    if (head.type == FrameType::rst_stream) return;
    const bool data = head.type == FrameType::data;
    if (data && brings_bytes(head) && session_.receives(head.stream)) {
        if (head.payload_bytes >= kEarningBytes) idle_frames_.earn(earned(head.payload_bytes));
        return;
    }
    // As many as there are streams.
    const bool opening = head.type == FrameType::headers && !closing_;
    if (opening && session_.opens(head.stream)) return;
    const bool end = (head.flags & FrameHead::kEndStream) != 0;
    const bool ending = data && end;
    if ((ending || head.type == FrameType::headers) && session_.receives(head.stream)) return;
    // A pod does not choose when a client leaves, nor a client when an answer makes the rest of its upload needless.
    const std::size_t wire_bytes = FrameHead::kBytes + head.payload_bytes;
    if (data && brings_bytes(head) && session_.was_under_way(head.stream, wire_bytes)) return;
    if (!idle_frames_.take(reactor_.now())) end_for(Code::enhance_your_calm);
}

}  // namespace breakwater::http2
