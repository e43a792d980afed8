#pragma once
// When to act on changes that come in bursts: once it has been quiet for a moment, but no later than a
// ceiling after the first, so that a cluster that never rests is followed, too.
//
// A value that is told the time; one thread at a time.

#include <algorithm>
#include <optional>

#include "proxy/base/clock.h"

namespace breakwater::controller {

class Coalescer {
public:
    constexpr Coalescer(Duration quiet, Duration ceiling) : quiet_(quiet), ceiling_(ceiling) {}

    constexpr void change(Time now) {
        if (!first_) first_ = now;
        last_ = now;
    }
    /// When what changed is to be acted on; never where nothing did.
    [[nodiscard]] constexpr Deadline due() const {
        if (!first_) return Deadline::never();
        return Deadline(std::min(last_ + quiet_, *first_ + ceiling_));
    }
    /// It is being acted on: what comes from now on is a new burst.
    constexpr void clear() { first_.reset(); }

private:
    Duration quiet_;
    Duration ceiling_;
    std::optional<Time> first_;
    Time last_{};
};

}  // namespace breakwater::controller
