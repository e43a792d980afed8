#include "proxy/tls/record_size.h"

#include <gtest/gtest.h>

namespace breakwater::tls {
namespace {

using std::chrono::milliseconds;

const Time kStart{std::chrono::hours(1)};

TEST(RecordSize, SmallFirstThenLarge) {
    RecordSize size;
    std::size_t small = 0;
    while (size.next(kStart) == RecordSize::kSmallest) {
        size.sent(RecordSize::kSmallest);
        ++small;
        ASSERT_LT(small, 100U);
    }
    EXPECT_EQ(small, 11U) << "a first window's ten packets, and what is begun";
    EXPECT_EQ(size.next(kStart), RecordSize::kLargest);
}

TEST(RecordSize, SmallAgainAfterASilence) {
    RecordSize size;
    (void)size.next(kStart);
    size.sent(20'000);
    EXPECT_EQ(size.next(kStart + milliseconds(999)), RecordSize::kLargest);
    EXPECT_EQ(size.next(kStart + milliseconds(1900)), RecordSize::kLargest) << "busy in between";
    EXPECT_EQ(size.next(kStart + milliseconds(2900)), RecordSize::kSmallest);
}

}  // namespace
}  // namespace breakwater::tls
