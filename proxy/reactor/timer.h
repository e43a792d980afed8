#pragma once
// A hierarchical timing wheel: arming and disarming are O(1) and no system call, because nearly every
// deadline of a proxy is disarmed before it passes.
//
// Resolution is one tick: a timer fires at its time or up to a tick later, never earlier. One thread.

#include <array>
#include <cstdint>
#include <optional>

#include "proxy/base/clock.h"
#include "proxy/base/list.h"

namespace breakwater {

struct TimerTag {};

/// Something that wants to know that a time has come. Its end disarms it.
class Timer : public ListHook<TimerTag> {
public:
    [[nodiscard]] bool armed() const { return linked(); }
    void disarm() { unlink(); }

protected:
    ~Timer() = default;
    /// On the reactor's thread, between coroutines: it may wake one, it may not end one.
    virtual void on_time() = 0;

private:
    friend class TimerWheel;
    std::uint64_t tick_ = 0;
};

class TimerWheel {
public:
    static constexpr Duration kTick = std::chrono::milliseconds(8);

    explicit TimerWheel(Time start) : start_(start) {}

    /// Arms `timer`, or moves it where it is armed already; a Deadline of never disarms it.
    void arm(Timer& timer, Deadline deadline);
    /// Calls on_time() of what is due at `now`; what those calls arm fires in a later call.
    void advance(Time now);
    /// No timer fires before this; nullopt where none is armed. It may be early, never late.
    [[nodiscard]] std::optional<Time> next() const;

private:
    static constexpr int kLevels = 6;
    static constexpr int kBitsPerLevel = 6;
    static constexpr std::uint64_t kSlots = 1U << kBitsPerLevel;
    using Slot = List<Timer, TimerTag>;

    void place(Timer& timer);
    void cascade(int level);
    /// Runs one tick: cascades what its number says, then fires its slot.
    void step(Slot& due);
    /// The first position after `position` whose slot of that level holds something.
    [[nodiscard]] std::optional<std::uint64_t> next_used(int level, std::uint64_t position) const;
    [[nodiscard]] std::uint64_t tick_of(Time at) const;

    Time start_;
    std::uint64_t current_ = 0;  ///< the tick up to which everything has fired
    std::array<std::array<Slot, kSlots>, kLevels> slots_;
    /// A bit for each slot that may hold something: set by placing, cleared where a look finds none.
    mutable std::array<std::uint64_t, kLevels> used_{};
    static_assert(kSlots == 64, "a level's slots are the bits of a word");
};

}  // namespace breakwater
