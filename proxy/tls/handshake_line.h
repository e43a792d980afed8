#pragma once
// The handshakes of one worker take turns: a step of one has a private key's work in it, so of many at
// once the rest waits for the next turn of the loop, behind the connections that are established.

#include <cstdint>

#include "proxy/reactor/turn_share.h"

namespace breakwater::tls {

class HandshakeLine {
public:
    /// Some two milliseconds: a step with a key exchange and a signature takes a quarter of one.
    static constexpr std::uint64_t kStepsPerTurn = 8;

    /// Whether who comes now has to wait: the turn's steps are done, or others wait already.
    [[nodiscard]] bool busy() const { return waiting_ > 0 || steps_.spent(); }
    void count_step() { steps_.count(); }

    /// In line while it lives.
    class Place {
    public:
        explicit Place(HandshakeLine& line) : line_(line) { ++line_.waiting_; }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { --line_.waiting_; }

        /// In a turn of the loop, those in line asked in their order.
        [[nodiscard]] bool has_its_turn() const { return !line_.steps_.spent(); }

    private:
        HandshakeLine& line_;
    };

private:
    TurnShare<kStepsPerTurn> steps_;
    int waiting_ = 0;
};

}  // namespace breakwater::tls
