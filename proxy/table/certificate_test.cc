#include "proxy/table/certificate.h"

#include <gtest/gtest.h>

namespace breakwater::table {
namespace {

struct Case {
    const char* name;
    const char* source;
    std::vector<std::string> dns_names;
    const char* host;
    bool want;
};

constexpr const char* kWildcard = "RFC 6125 6.4.3";

const Case kCases[] = {
    {"equal", "RFC 6125 6.4.1", {"a.example"}, "a.example", true},
    {"other", "RFC 6125 6.4.1", {"a.example"}, "b.example", false},
    {"second_name", "RFC 6125 6.4.1", {"a.example", "b.example"}, "b.example", true},
    {"nothing", "RFC 6125 6.4.1", {}, "a.example", false},
    {"wildcard", kWildcard, {"*.example"}, "a.example", true},
    {"wildcard_one_label", kWildcard, {"*.example"}, "b.a.example", false},
    {"wildcard_not_the_parent", kWildcard, {"*.example"}, "example", false},
    {"wildcard_part_of_label", kWildcard, {"a*.example"}, "ab.example", false},
    {"wildcard_not_first", kWildcard, {"a.*.example"}, "a.b.example", false},
    {"wildcard_empty_label", kWildcard, {"*.example"}, ".example", false},
    {"wildcard_host", "Ingress v1, host: a wildcard", {"*.example"}, "*.example", true},
    {"wildcard_host_by_name", "Ingress v1, host: a wildcard", {"a.example"}, "*.example", false},
};

class CoversTest : public testing::TestWithParam<Case> {};

TEST_P(CoversTest, Covers) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    EXPECT_EQ(covers(c.dns_names, c.host), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, CoversTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::table
