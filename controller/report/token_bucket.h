#pragma once
// How often something may be done: so many at once, and one more each time a span has gone by.
//
// A value that is told the time; one thread at a time.

#include <algorithm>
#include <cstdint>

#include "proxy/base/clock.h"

namespace breakwater::report {

class TokenBucket {
public:
    constexpr TokenBucket(std::uint32_t at_once, Duration each)
        : each_(each), slack_(each * (at_once - 1)) {}

    /// How long to wait for the next; zero: not at all.
    [[nodiscard]] constexpr Duration wait(Time now) const {
        return std::max(Duration::zero(), earned_at_ - slack_ - now);
    }
    constexpr void take(Time now) { earned_at_ = std::max(earned_at_, now) + each_; }
    /// All of it is there again: a new bucket would be the same.
    [[nodiscard]] constexpr bool is_full(Time now) const { return earned_at_ <= now; }

private:
    Duration each_;
    Duration slack_;
    Time earned_at_{};  ///< when all that was taken has been made good
};

}  // namespace breakwater::report
