#include "proxy/http/body.h"

#include "proxy/base/try.h"

namespace breakwater::http {

namespace {

/// A source that gives this much at once has more at hand than small messages.
constexpr std::size_t kBulkBytes = 8 * 1024;

/// Goes on inside the kernel for as long as that is possible; try_pull() says what follows.
Task<Done> splice_body(BodySource& from, BodySink& to) {
    PipePool::Loan pipe(this_reactor().pipes());
    if (!pipe) co_return Done{};  // none is to be had: the bytes come through our memory
    CO_TRY(co_await to.flush());
    for (;;) {
        const Tried moved = from.try_splice(*pipe);
        if (moved.state == Tried::State::some) {
            CO_TRY(co_await to.splice(*pipe));
            if (to.turn_spent()) co_await next_turn();
        } else if (moved.state == Tried::State::wait) {
            CO_TRY(co_await from.wait());
        } else {
            co_return Done{};
        }
    }
}

/// @param pull  what has been pulled and not been pushed.
Task<Done> copy_on(BodySource& from, BodySink& to, Pull pull) {
    bool may_splice = true;  // once: what ended it, or was not to be had, is so for the rest
    for (;;) {
        if (const auto* chunk = std::get_if<Chunk>(&pull)) {
            const bool bulk = may_splice && chunk->bytes.size() >= kBulkBytes;
            if (!to.try_push(*chunk)) CO_TRY(co_await to.push(*chunk));
            if (to.turn_spent()) co_await next_turn();
            if (bulk && from.splices() && to.splices()) {
                may_splice = false;
                pull = WouldWait{};  // lets go of the chunk's block
                CO_TRY(co_await splice_body(from, to));
            }
        } else if (const auto* dry = std::get_if<WouldWait>(&pull)) {
            if (!dry->withheld)
                CO_TRY(co_await to.flush());  // nothing more at hand: what there is leaves now
            CO_TRY(co_await from.wait());
        } else if (const auto* end = std::get_if<End>(&pull)) {
            Done done = co_await to.finish(end->trailers);
            co_return done;
        } else {
            co_return fail(std::get<Error>(pull));
        }
        pull = WouldWait{};  // the source may want the chunk's block for what comes next
        pull = from.try_pull();
    }
}

/// Whether `pull` is a chunk that shows no bulk, and has been pushed.
bool push_small(const Pull& pull, BodySink& to) {
    const auto* chunk = std::get_if<Chunk>(&pull);
    return chunk && chunk->bytes.size() < kBulkBytes && to.try_push(*chunk);
}

}  // namespace

Task<Done> copy_body(BodySource& from, BodySink& to) { return copy_on(from, to, from.try_pull()); }

Task<Done> begin_copy(BodySource& from, BodySink& to) {
    Pull pull = from.try_pull();
    if (push_small(pull, to)) {
        pull = WouldWait{};
        pull = from.try_pull();
    }
    const auto* end = std::get_if<End>(&pull);
    if (end && to.try_finish(end->trailers)) return {};
    return copy_on(from, to, std::move(pull));
}

Pull TextBody::try_pull() {
    if (rest_.empty()) return End{};
    Chunk chunk{rest_, {}};
    rest_ = {};
    return chunk;
}

Task<Done> TextBody::wait() { co_return Done{}; }  // never asked: a text is always at hand

bool TextBody::rewind() {
    rest_ = text_;
    return true;
}

}  // namespace breakwater::http
