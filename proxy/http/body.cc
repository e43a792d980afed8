#include "proxy/http/body.h"

#include "proxy/base/try.h"

namespace breakwater::http {

void TurnShare::count(std::uint64_t bytes) {
    const std::uint64_t turn = this_reactor().turn();
    if (turn != turn_) {
        turn_ = turn;
        bytes_ = 0;
    }
    bytes_ += bytes;
}

bool TurnShare::spent() const { return bytes_ >= kTurnBytes && turn_ == this_reactor().turn(); }

Task<Done> copy_body(BodySource& from, BodySink& to) {
    for (;;) {
        Pull pull = from.try_pull();
        if (const auto* chunk = std::get_if<Chunk>(&pull)) {
            if (!to.try_push(*chunk)) CO_TRY(co_await to.push(*chunk));
            if (to.turn_spent()) co_await next_turn();
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
    }
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
