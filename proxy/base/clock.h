#pragma once
// Time: one monotonic clock for deadlines, one wall clock for what people and protocols read, and
// the deadline as a value. Timeouts are turned into deadlines where they are first known.

#include <chrono>

namespace breakwater {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::steady_clock::time_point;      ///< monotonic
using WallTime = std::chrono::system_clock::time_point;  ///< what a log line or a certificate says

/// Where time comes from. Any thread.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
    [[nodiscard]] virtual WallTime wall() const = 0;
    /// False for a clock that moves only when a test moves it: an event loop then sleeps until it
    /// is woken, never until a deadline.
    [[nodiscard]] virtual bool ticks() const { return true; }
};

/// The machine's clocks.
const Clock& system_clock();

/// A point in time after which waiting is over. A value; `never()` is later than all others.
class Deadline {
public:
    constexpr Deadline() = default;  ///< never
    constexpr explicit Deadline(Time at) : at_(at) {}
    static constexpr Deadline never() { return {}; }
    /// @param timeout zero or less means no limit, as in the configuration.
    static constexpr Deadline after(Time now, Duration timeout) {
        return timeout <= Duration::zero() ? never() : Deadline(now + timeout);
    }

    [[nodiscard]] constexpr Time at() const { return at_; }
    [[nodiscard]] constexpr bool is_never() const { return at_ == Time::max(); }
    [[nodiscard]] constexpr bool passed(Time now) const { return now >= at_; }
    constexpr auto operator<=>(const Deadline&) const = default;

private:
    Time at_ = Time::max();
};

}  // namespace breakwater
