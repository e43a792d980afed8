#include "proxy/http2/outbound.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "proxy/base/try.h"
#include "proxy/http2/field_block.h"
#include "proxy/http2/stream.h"

namespace breakwater::http2 {
namespace {

/// A socket that is full has the same deadline, and its writer tries it once more then (RoomWait): that comes first.
constexpr Duration kLastTry = std::chrono::milliseconds(100);

}  // namespace

void Outbound::drop() {
    head_.reset();
    chunk_ = {};
    trailers_.clear();
    ending_ = false;
}

void Outbound::begin(FieldBlock head, Duration timeout) {
    head_ = head;
    timeout_ = timeout;
    pending_since_ = reactor_.now();
}

Error Outbound::why_closed() const { return stream_.failure() ? *stream_.failure() : Error{gone_}; }

Result<bool> Outbound::begin_sending(bool body) {
    if (stream_.closed()) return fail(why_closed());
    if (!head_) return true;
    if (session_.full()) return false;
    TRY(session_.send_head(stream_, *head_, body));
    head_.reset();
    begun_ = true;
    return true;
}

Result<bool> Outbound::make_frames(bool body) {
    LET(begun, begin_sending(body));
    if (!begun) return false;
    if (std::exchange(deferred_, false)) session_.resume(stream_);
    session_.produce();
    return true;
}

Result<bool> Outbound::send_pending() {
    LET(made, make_frames(true));
    return made && chunk_.bytes.empty();
}

Result<bool> Outbound::send_end() {
    if (complete_) return true;
    const bool body = !head_ || !chunk_.bytes.empty() || !trailers_.empty();
    LET(made, make_frames(body));
    return made && complete_;
}

bool Outbound::try_push(const http::Chunk& chunk) {
    if (!chunk_.bytes.empty()) {
        const Result<bool> sent = send_pending();
        if (!sent || !*sent) return false;
    }
    chunk_ = chunk;
    pending_since_ = reactor_.now();
    share_.count(http::turn_bytes(chunk));
    return true;
}

Task<Done> Outbound::push_later(http::Chunk chunk) {
    while (!try_push(chunk)) CO_TRY(co_await progress());
    co_return Done{};
}

Eventual<Done> Outbound::flush() {
    const Result<bool> sent = send_pending();
    if (!sent) return fail(sent.error());
    if (begun_) return Done{};  // what the peer's window holds up leaves when it opens
    return flush_later();
}

Task<Done> Outbound::flush_later() {
    while (!begun_) {
        CO_TRY(co_await progress());
        CO_TRY(send_pending());
    }
    co_return Done{};
}

bool Outbound::try_finish(const http::Fields* trailers) {
    if (!std::exchange(ending_, true)) {
        pending_since_ = reactor_.now();
        if (trailers) trailers_ = copied_fields(*trailers);
    }
    const Result<bool> sent = send_end();
    return sent && *sent;
}

Eventual<Done> Outbound::finish(const http::Fields* trailers) {
    if (try_finish(trailers)) return Done{};
    return finish_later();
}

Task<Done> Outbound::finish_later() {
    for (;;) {
        const Result<bool> sent = send_end();
        if (!sent) co_return fail(sent.error());
        if (*sent) co_return Done{};
        CO_TRY(co_await progress());
    }
}

Deadline Outbound::patience() const {
    Time since = std::max(last_activity_, pending_since_);
    // It may be that others go before it, as the client would have them (RFC 9218): their frames are progress, too,
    // as is what leaves of an outbox that is full. A head needs no window.
    if (!begun_ || session_.has_window(stream_)) since = std::max(since, session_.last_progress());
    if (!session_.outbox().empty()) since += kLastTry;
    return Deadline::after(since, timeout_);
}

Task<Done> Outbound::progress() {
    if (stream_.closed() && !complete_) co_return fail(why_closed());
    const Deadline deadline = patience();
    if (deadline.passed(reactor_.now())) co_return fail(stalled_);
    if (!begun_ && session_.full()) session_.wait_for_room(*this);
    co_await progress_.wait(deadline);  // late: one more try shows whether some has left meanwhile
    unlink();
    co_return Done{};
}

Task<Done> Outbound::wait_for_room(Duration timeout) {
    timeout_ = timeout;
    pending_since_ = reactor_.now();
    while (session_.full()) CO_TRY(co_await progress());
    if (stream_.closed()) co_return fail(why_closed());
    co_return Done{};
}

Eventual<Done> Outbound::splice(Pipe& /*pipe*/) {
    return fail(Err::internal, "a stream of HTTP/2 is never spliced");
}

Outbound::Offer Outbound::offer(std::size_t most_bytes) {
    Offer offer;
    offer.bytes = std::min(most_bytes, chunk_.bytes.size());
    offer.end = ending_ && offer.bytes == chunk_.bytes.size();
    if (offer.end) offer.trailers = trailers_;
    deferred_ = offer.bytes == 0 && !offer.end;
    return offer;
}

std::string_view Outbound::take(std::size_t bytes) {
    taken_ = {chunk_.bytes.substr(0, bytes), chunk_.owner};
    body_bytes_ += bytes;
    chunk_.bytes.remove_prefix(bytes);
    if (chunk_.bytes.empty()) {
        chunk_ = {};
        progress_.raise();
    }
    return taken_.bytes;
}

void Outbound::left(std::size_t wire_bytes, bool end) {
    taken_ = {};
    wire_bytes_ += wire_bytes;
    last_activity_ = reactor_.now();
    session_.note_progress(last_activity_);
    if (!end) return;
    complete_ = true;
    progress_.raise();
}

void Outbound::close() { progress_.raise(); }

}  // namespace breakwater::http2
