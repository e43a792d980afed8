#include "proxy/http/target_text.h"

#include <gtest/gtest.h>

namespace breakwater::http {
namespace {

struct Case {
    const char* name;
    const char* target;
    const char* want;
};

const Case kCases[] = {
    {"origin_form", "/a/%62?x=y", "/a/%62?x=y"},
    {"absolute_form", "http://shop.test:8080/a/%62?x=y", "/a/%62?x=y"},
    {"without_a_path", "http://shop.test", "/"},
    {"without_a_path_but_with_a_query", "http://shop.test?x=/y", "/?x=/y"},
    {"a_url_in_the_query", "/a?to=http://shop.test/b", "/a?to=http://shop.test/b"},
    {"asterisk", "*", "*"},
};

class PathAndQuery : public testing::TestWithParam<Case> {};

TEST_P(PathAndQuery, AreWhatFollowsTheAuthority) {
    Arena arena;
    EXPECT_EQ(path_and_query(GetParam().target, arena), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Targets, PathAndQuery, testing::ValuesIn(kCases),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace breakwater::http
