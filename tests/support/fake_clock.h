#pragma once
// A clock that moves when a test moves it. Any thread.

#include <atomic>

#include "proxy/base/clock.h"

namespace breakwater::test {

class FakeClock final : public Clock {
public:
    [[nodiscard]] Time now() const override { return Time(Duration(now_.load())); }
    /// A day in 2026 plus what has passed.
    [[nodiscard]] WallTime wall() const override {
        return WallTime(std::chrono::duration_cast<WallTime::duration>(
            std::chrono::hours(24 * 20'500) + Duration(now_.load())));
    }
    [[nodiscard]] bool ticks() const override { return false; }
    void advance(Duration by) { now_.fetch_add(by.count()); }

private:
    std::atomic<Duration::rep> now_{std::chrono::nanoseconds(std::chrono::hours(1)).count()};
};

}  // namespace breakwater::test
