#include "proxy/base/text_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace breakwater {
namespace {

using std::chrono::nanoseconds;

std::string seconds(nanoseconds time, int decimals) {
    std::string text;
    append_written(text, 2 * TextWriter::kMaxNumberBytes,
                   [&](TextWriter& out) { out.seconds(time, decimals); });
    return text;
}

TEST(TextWriter, Seconds) {
    EXPECT_EQ(seconds(nanoseconds(0), 3), "0.000");
    EXPECT_EQ(seconds(nanoseconds(37'750'000), 3), "0.038");
    EXPECT_EQ(seconds(nanoseconds(37'750'000), 6), "0.037750");
    EXPECT_EQ(seconds(nanoseconds(999'999'999), 3), "1.000");
    EXPECT_EQ(seconds(nanoseconds(1), 9), "0.000000001");
    EXPECT_EQ(seconds(nanoseconds(-5'000'000), 3), "0.000");
    EXPECT_EQ(seconds(nanoseconds::max(), 1), "9223372036.9");
}

TEST(TextWriter, NumbersAndDigits) {
    std::string text = "n=";
    append_written(text, 100, [](TextWriter& out) {
        out.number(std::numeric_limits<std::uint64_t>::max());
        out.put(' ');
        out.digits(7, 3);
        out.put("");
        out.digits(12345, 2);
    });
    EXPECT_EQ(text, "n=18446744073709551615 00745");
}

}  // namespace
}  // namespace breakwater
