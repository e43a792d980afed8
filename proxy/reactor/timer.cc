#include "proxy/reactor/timer.h"

#include <algorithm>
#include <bit>

namespace breakwater {

std::uint64_t TimerWheel::tick_of(Time at) const {
    if (at <= start_) return 0;
    return static_cast<std::uint64_t>((at - start_) / kTick);
}

void TimerWheel::arm(Timer& timer, Deadline deadline) {
    timer.unlink();
    if (deadline.is_never()) return;
    // One tick more than the whole ticks until then: never early.
    timer.tick_ = std::max(tick_of(deadline.at()) + 1, current_ + 1);
    place(timer);
}

void TimerWheel::place(Timer& timer) {
    const std::uint64_t distance = timer.tick_ - current_;
    for (int level = 0; level < kLevels; ++level) {
        const int shift = level * kBitsPerLevel;
        if (level == kLevels - 1 || distance < (kSlots << shift)) {
            // What lies beyond the last level waits in its farthest slot and is placed anew there.
            const std::uint64_t horizon = current_ + (kSlots << shift) - 1;
            const std::uint64_t tick = std::min(timer.tick_, horizon);
            const std::uint64_t slot = (tick >> shift) & (kSlots - 1);
            slots_[level][slot].push_back(timer);
            used_[level] |= std::uint64_t{1} << slot;
            return;
        }
    }
}

void TimerWheel::cascade(int level) {
    Slot moving;
    moving.take(slots_[level][(current_ >> (level * kBitsPerLevel)) & (kSlots - 1)]);
    while (Timer* timer = moving.pop_front()) place(*timer);
}

void TimerWheel::step(Slot& due) {
    ++current_;
    for (int level = 1; level < kLevels; ++level) {
        const std::uint64_t below = (std::uint64_t{1} << (level * kBitsPerLevel)) - 1;
        if ((current_ & below) != 0) break;
        cascade(level);
    }
    due.take(slots_[0][current_ & (kSlots - 1)]);
}

void TimerWheel::advance(Time now) {
    const std::uint64_t target = tick_of(now);
    Slot due;
    while (current_ < target) {
        const std::optional<Time> at = next();
        if (!at) {
            current_ = target;
            break;
        }
        // Over a stretch in which nothing fires and nothing cascades there is nothing to step through.
        const std::uint64_t idle_until = std::min(target, tick_of(*at) - 1);
        current_ = std::max(current_, idle_until);
        if (current_ < target) step(due);
    }
    while (Timer* timer = due.pop_front()) timer->on_time();
}

std::optional<std::uint64_t> TimerWheel::next_used(int level, std::uint64_t position) const {
    const auto first = static_cast<int>((position + 1) & (kSlots - 1));
    while (used_[level] != 0) {
        const auto ahead =
            static_cast<std::uint64_t>(std::countr_zero(std::rotr(used_[level], first)));
        const std::uint64_t slot = (position + 1 + ahead) & (kSlots - 1);
        if (!slots_[level][slot].empty()) return position + 1 + ahead;
        used_[level] &=
            ~(std::uint64_t{1} << slot);  // what was there has been disarmed or has fired
    }
    return std::nullopt;
}

std::optional<Time> TimerWheel::next() const {
    std::optional<std::uint64_t> earliest;
    for (int level = 0; level < kLevels; ++level) {
        const int shift = level * kBitsPerLevel;
        const auto position = next_used(level, current_ >> shift);
        if (!position) continue;
        const std::uint64_t tick = *position << shift;
        earliest = earliest ? std::min(*earliest, tick) : tick;
    }
    if (!earliest) return std::nullopt;
    return start_ + *earliest * kTick;
}

}  // namespace breakwater
