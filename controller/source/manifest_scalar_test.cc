#include "controller/source/manifest_scalar.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace breakwater::source {
namespace {

using nlohmann::json;

struct Case {
    const char* name;
    const char* source;
    const char* plain;
    json want;
};

constexpr const char* kNull = "YAML 1.1, null type";
constexpr const char* kBool = "YAML 1.1, bool type, as kubectl";
constexpr const char* kInt = "YAML 1.1, int type, and Go's 0o";
constexpr const char* kFloat = "YAML 1.1, float type";

const Case kCases[] = {
    {"empty", kNull, "", nullptr},
    {"tilde", kNull, "~", nullptr},
    {"null", kNull, "null", nullptr},
    {"Null", kNull, "Null", nullptr},
    {"nULL", kNull, "nULL", "nULL"},
    {"true_", kBool, "true", true},
    {"yes", kBool, "yes", true},
    {"on", kBool, "on", true},
    {"y", kBool, "y", true},
    {"No", kBool, "No", false},
    {"OFF", kBool, "OFF", false},
    {"oN", kBool, "oN", "oN"},
    {"zero", kInt, "0", 0},
    {"port", kInt, "8080", 8080},
    {"minus", kInt, "-5", -5},
    {"plus", kInt, "+5", 5},
    {"octal", kInt, "0644", 420},
    {"octal_o", kInt, "0o17", 15},
    {"hexadecimal", kInt, "0x1F", 31},
    {"binary", kInt, "0b101", 5},
    {"underscores", kInt, "1_000", 1000},
    {"not_octal", kInt, "089", 89.0},
    {"largest", kInt, "18446744073709551615", std::uint64_t{18446744073709551615U}},
    {"smallest", kInt, "-9223372036854775808", std::int64_t{-9223372036854775807} - 1},
    {"beyond", kInt, "18446744073709551616", 18446744073709551616.0},
    {"two_signs", kInt, "--1", "--1"},
    {"sign_only", kInt, "-", "-"},
    {"fraction", kFloat, "1.5", 1.5},
    {"fraction_first", kFloat, ".5", 0.5},
    {"exponent", kFloat, "1e3", 1000.0},
    {"beyond_float", kFloat, "1e999", "1e999"},
    {"dot", kFloat, ".", "."},
    {"version", kFloat, "1.2.3", "1.2.3"},
    {"time", "kubectl keeps times as text", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z"},
    {"address", "text", "10.0.0.1", "10.0.0.1"},
    {"word", "text", "web", "web"},
    {"size", "text", "8m", "8m"},
};

class ScalarTest : public testing::TestWithParam<Case> {};

TEST_P(ScalarTest, Resolves) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    EXPECT_EQ(resolve_plain(c.plain), c.want);
    EXPECT_EQ(resolve_plain(c.plain).is_string(), c.want.is_string());
}

INSTANTIATE_TEST_SUITE_P(Scalars, ScalarTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::source
