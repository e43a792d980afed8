#pragma once
// How much somebody may do in one turn of the loop before the others have theirs.
//
// One thread, in a turn.

#include <cstdint>

#include "proxy/reactor/reactor.h"

namespace breakwater {

/// Counts what was done in the present turn: bytes, requests, handshakes.
///
///     while (share.spent()) co_await next_turn();
///     work();
///     share.count();
template <std::uint64_t kMost>
class TurnShare {
public:
    void count(std::uint64_t done = 1) {
        const std::uint64_t turn = this_reactor().turn();
        if (turn != turn_) {
            turn_ = turn;
            done_ = 0;
        }
        done_ += done;
    }
    [[nodiscard]] bool spent() const { return done_ >= kMost && turn_ == this_reactor().turn(); }

private:
    std::uint64_t turn_ = 0;
    std::uint64_t done_ = 0;
};

}  // namespace breakwater
