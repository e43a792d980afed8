#include "proxy/http2/allowance.h"

#include <gtest/gtest.h>

namespace breakwater::http2 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Allowance::Rate kRate{.at_once = 3, .a_second = 2};

int taken(Allowance& allowance, Time now) {
    int count = 0;
    while (allowance.take(now)) ++count;
    return count;
}

TEST(Allowance, IsUsedUpAndComesBackWithTime) {
    const Time start{};
    Allowance allowance(kRate, start);
    EXPECT_EQ(taken(allowance, start), 3);
    EXPECT_EQ(taken(allowance, start + milliseconds(999)), 0);
    EXPECT_EQ(taken(allowance, start + seconds(1)), 2);
    EXPECT_EQ(taken(allowance, start + milliseconds(2500)), 2);
    EXPECT_EQ(taken(allowance, start + seconds(3)), 2);
    EXPECT_EQ(taken(allowance, start + std::chrono::hours(9999)), 3);  // and no more than at first
}

TEST(Allowance, IsEarned) {
    Allowance allowance(kRate, Time{});
    EXPECT_EQ(taken(allowance, Time{}), 3);
    allowance.earn(2);
    EXPECT_EQ(taken(allowance, Time{}), 2);
    allowance.earn(100);
    EXPECT_EQ(taken(allowance, Time{}), 3);
}

}  // namespace
}  // namespace breakwater::http2
