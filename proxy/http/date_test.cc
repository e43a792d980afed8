#include "proxy/http/date.h"

#include <gtest/gtest.h>

#include <thread>

namespace breakwater::http {
namespace {

using namespace std::chrono_literals;

struct DateCase {
    const char* name;
    const char* source;
    long long unix_seconds;
    const char* want;
};

constexpr const char* kForm = "RFC 9110 5.6.7: IMF-fixdate";
const DateCase kDateCases[] = {
    {"example", "RFC 9110 5.6.7: the example", 784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
    {"epoch", kForm, 0, "Thu, 01 Jan 1970 00:00:00 GMT"},
    {"leap_day", kForm, 1709164799, "Wed, 28 Feb 2024 23:59:59 GMT"},
    {"leap_day_begins", kForm, 1709164800, "Thu, 29 Feb 2024 00:00:00 GMT"},
    {"before_the_epoch", kForm, -1, "Wed, 31 Dec 1969 23:59:59 GMT"},
};

WallTime at(long long unix_seconds) { return WallTime(std::chrono::seconds(unix_seconds)); }

class DateTest : public testing::TestWithParam<DateCase> {};

TEST_P(DateTest, Formats) {
    SCOPED_TRACE(GetParam().source);
    EXPECT_EQ(http_date(at(GetParam().unix_seconds)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Rules, DateTest, testing::ValuesIn(kDateCases),
                         [](const auto& param) { return param.param.name; });

TEST(Date, ChangesWithTheSecondAndNotBefore) {
    const WallTime begin = at(784111777);
    const std::string_view first = http_date(begin);
    EXPECT_EQ(http_date(begin + 999ms).data(), first.data());
    EXPECT_EQ(http_date(begin + 999ms), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(begin + 1s), "Sun, 06 Nov 1994 08:49:38 GMT");
    EXPECT_EQ(http_date(begin), "Sun, 06 Nov 1994 08:49:37 GMT") << "a clock that was set back";
}

TEST(Date, EachThreadHasItsOwn) {
    const std::string_view here = http_date(at(784111777));
    std::thread([] { EXPECT_EQ(http_date(at(0)), "Thu, 01 Jan 1970 00:00:00 GMT"); }).join();
    EXPECT_EQ(here, "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace breakwater::http
