#include "controller/kube/timestamp.h"

#include <gtest/gtest.h>

namespace breakwater::kube {
namespace {

using Point = std::chrono::sys_time<std::chrono::microseconds>;

Point at(long long microseconds) { return Point(std::chrono::microseconds(microseconds)); }

struct TimestampCase {
    const char* name;
    const char* source;
    std::string_view text;
    std::optional<Point> want;
};

const TimestampCase kTimestampCases[] = {
    {"utc", "RFC 3339 5.8", "1970-01-02T00:00:01Z", at(86'401'000'000)},
    {"small_letters", "RFC 3339 5.6", "1970-01-01t00:00:01z", at(1'000'000)},
    {"fraction", "RFC 3339 5.6", "1970-01-01T00:00:00.5Z", at(500'000)},
    {"nanoseconds", "RFC 3339 5.6", "1970-01-01T00:00:00.123456789Z", at(123'456)},
    {"east", "RFC 3339 4.2", "1970-01-01T01:30:00+01:30", at(0)},
    {"west", "RFC 3339 4.2", "1969-12-31T23:00:00-01:00", at(0)},
    {"leap_second", "RFC 3339 5.7", "1969-12-31T23:59:60Z", at(0)},
    {"no_zone", "RFC 3339 5.6", "1970-01-01T00:00:00", std::nullopt},
    {"no_time", "RFC 3339 5.6", "1970-01-01", std::nullopt},
    {"no_such_day", "RFC 3339 5.7", "1970-02-29T00:00:00Z", std::nullopt},
    {"no_such_hour", "RFC 3339 5.7", "1970-01-01T24:00:00Z", std::nullopt},
    {"no_digits", "RFC 3339 5.6", "1970-01-01T00:00:0xZ", std::nullopt},
    {"empty_fraction", "RFC 3339 5.6", "1970-01-01T00:00:00.Z", std::nullopt},
    {"more_behind", "RFC 3339 5.6", "1970-01-01T00:00:00Zz", std::nullopt},
    {"empty", "RFC 3339 5.6", "", std::nullopt},
};

class TimestampTest : public testing::TestWithParam<TimestampCase> {};

TEST_P(TimestampTest, Parses) {
    SCOPED_TRACE(GetParam().source);
    EXPECT_EQ(parse_timestamp(GetParam().text), GetParam().want);
}

TEST(Timestamp, IsWrittenInMicroseconds) {
    const std::chrono::system_clock::time_point at(std::chrono::microseconds(86'401'000'006));
    EXPECT_EQ(format_timestamp(at), "1970-01-02T00:00:01.000006Z");
    EXPECT_EQ(parse_timestamp(format_timestamp(at)),
              Point(std::chrono::microseconds(86'401'000'006)));
}

INSTANTIATE_TEST_SUITE_P(Rules, TimestampTest, testing::ValuesIn(kTimestampCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::kube
