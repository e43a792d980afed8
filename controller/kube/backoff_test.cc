#include "controller/kube/backoff.h"

#include <gtest/gtest.h>

namespace breakwater::kube {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesWithJitterUpToItsMost) {
    const Pace pace;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Backoff backoff(pace, seed);
        for (Duration step = pace.first; step < pace.most; step *= 2) {
            const Duration least = std::min(step, pace.most / 2);
            const Duration wait = backoff.next(pace.most);
            EXPECT_GE(wait, least);
            EXPECT_LE(wait, least * 2);
        }
        for (int i = 0; i < 100; ++i) EXPECT_LE(backoff.next(pace.most), pace.most);
        EXPECT_LE(backoff.next(5s), 5s);
        backoff.reset();
        EXPECT_LE(backoff.next(pace.most), pace.first * 2);
    }
}

TEST(Backoff, SpreadsThoseThatFailedTogether) {
    EXPECT_NE(Backoff(Pace{}, 1).next(30s), Backoff(Pace{}, 2).next(30s));
}

TEST(Backoff, HonoursWhatTheServerAsksWithinReason) {
    Backoff backoff(Pace{}, 1);
    EXPECT_EQ(backoff.next(30s, 20s), 20s);                      // RFC 9110 section 10.2.3
    EXPECT_EQ(backoff.next(30s, 24h * 365), Pace{}.most_asked);  // a server may lie
    EXPECT_GE(backoff.next(30s, 0s), Pace{}.first);
}

TEST(Backoff, PicksInBetween) {
    Backoff backoff(Pace{}, 1);
    for (int i = 0; i < 100; ++i) {
        const auto picked = backoff.between(300s, 600s);
        EXPECT_GE(picked, 300s);
        EXPECT_LE(picked, 600s);
    }
}

TEST(Pause, EndsWhenAskedTo) {
    std::stop_source stop;
    stop.request_stop();
    const auto began = std::chrono::steady_clock::now();
    pause(stop.get_token(), 1h);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
}

}  // namespace
}  // namespace breakwater::kube
