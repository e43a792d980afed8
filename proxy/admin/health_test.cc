#include "proxy/admin/health.h"

#include <gtest/gtest.h>

#include <array>

namespace breakwater::admin {
namespace {

using std::chrono::seconds;

TEST(Health, AllTurn) {
    const Time now{std::chrono::hours(1)};
    const std::array turns{now, now - seconds(9)};
    EXPECT_EQ(why_stuck(turns, now), "");
}

TEST(Health, OneIsStuck) {
    const Time now{std::chrono::hours(1)};
    const std::array turns{now, now - seconds(10)};
    EXPECT_EQ(why_stuck(turns, now), "the loop of worker 1 has not turned for 10 s");
}

}  // namespace
}  // namespace breakwater::admin
