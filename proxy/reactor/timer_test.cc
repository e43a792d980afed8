#include "proxy/reactor/timer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace breakwater {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart{seconds(1000)};

class Recorder final : public Timer {
public:
    int fired = 0;

private:
    void on_time() override { ++fired; }
};

TEST(TimerWheel, FiresNeverEarlyAndAtMostATickLate) {
    for (const Duration after :
         {Duration(milliseconds(1)), Duration(milliseconds(8)), Duration(milliseconds(511)),
          Duration(milliseconds(513)), Duration(seconds(60)), Duration(hours(26))}) {
        TimerWheel wheel(kStart);
        Recorder timer;
        wheel.arm(timer, Deadline(kStart + after));
        wheel.advance(kStart + after - milliseconds(1));
        EXPECT_EQ(timer.fired, 0) << after.count();
        wheel.advance(kStart + after + TimerWheel::kTick);
        EXPECT_EQ(timer.fired, 1) << after.count();
        EXPECT_FALSE(timer.armed());
    }
}

TEST(TimerWheel, DisarmedAndNeverDoNotFire) {
    TimerWheel wheel(kStart);
    Recorder disarmed;
    Recorder never;
    wheel.arm(disarmed, Deadline(kStart + seconds(1)));
    wheel.arm(never, Deadline(kStart + seconds(1)));
    disarmed.disarm();
    wheel.arm(never, Deadline::never());
    wheel.advance(kStart + hours(100));
    EXPECT_EQ(disarmed.fired + never.fired, 0);
    EXPECT_EQ(wheel.next(), std::nullopt);
}

TEST(TimerWheel, ADeadlineThatHasPassedFiresInTheNextTick) {
    TimerWheel wheel(kStart);
    wheel.advance(kStart + seconds(5));
    Recorder timer;
    wheel.arm(timer, Deadline(kStart + seconds(1)));
    wheel.advance(kStart + seconds(5) + TimerWheel::kTick);
    EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, EndedTimerIsForgotten) {
    TimerWheel wheel(kStart);
    {
        Recorder timer;
        wheel.arm(timer, Deadline(kStart + seconds(1)));
    }
    wheel.advance(kStart + seconds(2));
    EXPECT_EQ(wheel.next(), std::nullopt);
}

/// The wheel against a list of times, over random steps: each fires once, in its tick.
TEST(TimerWheel, AgreesWithAListOfTimes) {
    std::mt19937 random(7);
    TimerWheel wheel(kStart);
    struct Entry {
        Recorder timer;
        Time due;
        bool seen = false;
    };
    std::vector<std::unique_ptr<Entry>> entries;
    Time now = kStart;
    for (int step = 0; step < 3000; ++step) {
        const Duration scale = milliseconds(std::int64_t{1} << (random() % 24));
        auto entry = std::make_unique<Entry>();
        entry->due = now + Duration(scale.count() / 16 * static_cast<std::int64_t>(random() % 16));
        wheel.arm(entry->timer, Deadline(entry->due));
        entries.push_back(std::move(entry));

        const auto next = wheel.next();
        ASSERT_TRUE(next.has_value());
        for (const auto& each : entries) {
            if (each->timer.fired == 0) ASSERT_LE(*next, each->due + TimerWheel::kTick);
        }
        now += milliseconds(random() % 2000);
        wheel.advance(now);
        for (const auto& each : entries) {
            if (each->due + TimerWheel::kTick <= now) {
                ASSERT_EQ(each->timer.fired, 1);
                each->seen = true;
            }
            if (each->due > now) ASSERT_EQ(each->timer.fired, 0);
        }
        std::erase_if(entries, [](const auto& each) { return each->seen; });
    }
}

}  // namespace
}  // namespace breakwater
