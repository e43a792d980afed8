#include "controller/translate/value.h"

#include <gtest/gtest.h>

#include <optional>

namespace breakwater::translate {
namespace {

constexpr auto kRefused = std::nullopt;

template <class T>
struct ValueCase {
    const char* name;
    const char* text;
    std::optional<T> want;
};

template <class T, class Got>
void expect(const ValueCase<T>& c, const Value<Got>& got) {
    ASSERT_EQ(got.has_value(), c.want.has_value()) << c.text;
    if (got) EXPECT_EQ(*got, Got(*c.want)) << c.text;
}

class BoolTest : public testing::TestWithParam<ValueCase<bool>> {};
TEST_P(BoolTest, LikeGo) { expect(GetParam(), parse_bool(GetParam().text)); }

// Go, strconv.ParseBool.
const ValueCase<bool> kBools[] = {
    {"one", "1", true},         {"t", "t", true},           {"T", "T", true},
    {"TRUE", "TRUE", true},     {"true_", "true", true},    {"True", "True", true},
    {"zero", "0", false},       {"f", "f", false},          {"F", "F", false},
    {"FALSE", "FALSE", false},  {"false_", "false", false}, {"False", "False", false},
    {"tRUE", "tRUE", kRefused}, {"yes", "yes", kRefused},   {"on", "on", kRefused},
    {"two", "2", kRefused},
};
INSTANTIATE_TEST_SUITE_P(Values, BoolTest, testing::ValuesIn(kBools),
                         [](const auto& info) { return info.param.name; });

class CountTest : public testing::TestWithParam<ValueCase<int>> {};
TEST_P(CountTest, PlainDecimal) { expect(GetParam(), parse_count(GetParam().text)); }

const ValueCase<int> kCounts[] = {
    {"zero", "0", 0},
    {"plain", "120", 120},
    {"leading_zero", "007", 7},
    {"largest", "2147483647", 2147483647},
    {"too_large", "2147483648", kRefused},
    {"overflow", "99999999999999999999999", kRefused},
    {"plus", "+1", kRefused},
    {"minus", "-1", kRefused},
    {"fraction", "1.5", kRefused},
    {"unit", "5s", kRefused},
    {"hexadecimal", "0x10", kRefused},
    {"blank", "1 2", kRefused},
};
INSTANTIATE_TEST_SUITE_P(Values, CountTest, testing::ValuesIn(kCounts),
                         [](const auto& info) { return info.param.name; });

class SizeTest : public testing::TestWithParam<ValueCase<std::uint64_t>> {};
TEST_P(SizeTest, DigitsAndUnit) { expect(GetParam(), parse_size(GetParam().text)); }

const ValueCase<std::uint64_t> kSizes[] = {
    {"bytes", "10", 10},
    {"b", "10b", 10},
    {"k", "8k", 8192},
    {"K", "8K", 8192},
    {"m", "1m", 1048576},
    {"G", "2G", 2147483648U},
    {"zero", "0", 0},
    {"largest", "17179869183g", 18446744072635809792U},
    {"overflow", "17179869184g", kRefused},
    {"long_unit", "8mb", kRefused},
    {"unit_only", "m", kRefused},
    {"blank", "8 m", kRefused},
    {"minus", "-8m", kRefused},
    {"other_unit", "8t", kRefused},
};
INSTANTIATE_TEST_SUITE_P(Values, SizeTest, testing::ValuesIn(kSizes),
                         [](const auto& info) { return info.param.name; });

class TimeTest : public testing::TestWithParam<ValueCase<int>> {};
TEST_P(TimeTest, LikeNginx) {
    const ValueCase<int>& c = GetParam();
    const auto got = parse_time(c.text);
    ASSERT_EQ(got.has_value(), c.want.has_value());
    if (got) EXPECT_EQ(got->count(), *c.want);
}

// nginx documentation, "Configuration file measurement units".
const ValueCase<int> kTimes[] = {
    {"seconds", "240s", 240},
    {"plain", "75", 75},
    {"hour", "1h", 3600},
    {"sum", "1h30m", 5400},
    {"day", "2d", 172800},
    {"week", "1w", 604800},
    {"zero", "0", 0},
    {"milliseconds", "5ms", kRefused},
    {"word", "soon", kRefused},
    {"unit_only", "s", kRefused},
    {"too_long", "4000000000", kRefused},
    {"too_long_by_unit", "100000w", kRefused},
};
INSTANTIATE_TEST_SUITE_P(Values, TimeTest, testing::ValuesIn(kTimes),
                         [](const auto& info) { return info.param.name; });

struct UrlCase {
    const char* name;
    std::string_view text;
    bool taken;
    bool mild;
};
class UrlTest : public testing::TestWithParam<UrlCase> {};
TEST_P(UrlTest, Absolute) {
    const UrlCase& c = GetParam();
    const Value<std::string> got = parse_url(c.text);
    ASSERT_EQ(got.has_value(), c.taken);
    if (got) {
        EXPECT_EQ(*got, c.text);
    } else {
        EXPECT_EQ(got.error().mild, c.mild);
    }
}

const UrlCase kUrls[] = {
    {"https", "https://a.example/x?y=z#f", true, false},
    {"http_upper", "HTTP://a.example", true, false},
    {"port", "http://a.example:8080/", true, false},
    {"other_scheme", "ftp://a.example", false, true},
    {"variable", "https://$host/", false, true},
    {"no_host", "https:///x", false, true},
    {"relative", "/x", false, false},
    {"word", "nonsense", false, false},
    {"no_scheme", "://a.example", false, false},
    {"blank", "https://a.example/a b", false, false},
    {"line_break", "https://a.example/\r\nx: y", false, false},
    {"not_ascii", "https://\xC3\xA4.example/", false, false},
    {"quote", "https://a.example/\"", false, false},
};
INSTANTIATE_TEST_SUITE_P(Values, UrlTest, testing::ValuesIn(kUrls),
                         [](const auto& info) { return info.param.name; });

TEST(Between, OutsideIsMild) {
    EXPECT_EQ((parse_between<300, 308>("308")), 308);
    const auto outside = parse_between<300, 308>("309");
    ASSERT_FALSE(outside);
    EXPECT_TRUE(outside.error().mild);
    const auto word = parse_between<300, 308>("moved");
    ASSERT_FALSE(word);
    EXPECT_FALSE(word.error().mild);
}

TEST(List, SplitsAndTrims) {
    const std::vector<std::string> want{"/a", "/b"};
    EXPECT_EQ(split_list(" /a ,, /b,"), want);
    EXPECT_TRUE(split_list("").empty());
}

}  // namespace
}  // namespace breakwater::translate
