#include "proxy/http1/target.h"

#include <gtest/gtest.h>

#include <string>

namespace breakwater::http1 {
namespace {

using http::Method;

struct Split {
    const char* name;
    const char* source;
    const char* target;
    const char* authority;
    const char* path;
    const char* query;  ///< null: there is none
    Method method = Method::get;
};

constexpr const char* kOrigin = "RFC 9112 3.2.1";
constexpr const char* kAbsolute = "RFC 9112 3.2.2";
constexpr const char* kAsterisk = "RFC 9112 3.2.4";
constexpr const char* kTolerant = "field_syntax.h: as nginx";

const Split kSplits[] = {
    {"root", kOrigin, "/", "", "/", nullptr},
    {"path_and_query", kOrigin, "/a/b?c=d&e", "", "/a/b", "c=d&e"},
    {"empty_query", kOrigin, "/a?", "", "/a", ""},
    {"question_marks", "RFC 3986 3.4", "/a?b?c", "", "/a", "b?c"},
    {"two_slashes_are_a_path", kOrigin, "//a.example/b", "", "//a.example/b", nullptr},
    {"url_in_path", kOrigin, "/http://b/", "", "/http://b/", nullptr},
    {"url_in_query", kOrigin, "/?u=http://b/", "", "/", "u=http://b/"},
    {"undecoded", kOrigin, "/%2e%2E/%00%zz", "", "/%2e%2E/%00%zz", nullptr},
    {"marks", kTolerant, "/a|{b}\"^[c]`<>\\?d|", "", "/a|{b}\"^[c]`<>\\", "d|"},
    {"raw_utf8", kTolerant, "/caf\xC3\xA9", "", "/caf\xC3\xA9", nullptr},

    {"absolute", kAbsolute, "http://a.example/b?c", "a.example", "/b", "c"},
    {"absolute_https", kAbsolute, "https://a.example:443/", "a.example:443", "/", nullptr},
    {"absolute_scheme_case", "RFC 3986 3.1", "HtTp://A/", "A", "/", nullptr},
    {"absolute_no_path", "RFC 9110 4.2.3: empty is `/`", "http://a", "a", "/", nullptr},
    {"absolute_query_no_path", "RFC 9110 4.2.3", "http://a?b/c", "a", "/", "b/c"},
    {"absolute_empty_authority", kAbsolute, "http:///a", "", "/a", nullptr},
    {"absolute_user_is_kept_for_the_host_check", kAbsolute, "http://u@a/", "u@a", "/", nullptr},
    {"absolute_question_mark_before_slash", "RFC 3986 3.2", "http://a?@b/", "a", "/", "@b/"},

    {"asterisk", kAsterisk, "*", "", "*", nullptr, Method::options},
    {"asterisk_from_absolute", kAsterisk, "http://a:8001", "a:8001", "*", nullptr, Method::options},
    {"absolute_options_with_path", kAsterisk, "http://a/", "a", "/", nullptr, Method::options},
    {"absolute_options_with_query", kAsterisk, "http://a?b", "a", "/", "b", Method::options},
    {"options_of_a_path", kAsterisk, "/a", "", "/a", nullptr, Method::options},
};

class TargetTest : public testing::TestWithParam<Split> {};

TEST_P(TargetTest, Splits) {
    const Split& c = GetParam();
    SCOPED_TRACE(c.source);
    const Result<Target> got = split_target(c.target, c.method);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->authority, c.authority);
    EXPECT_EQ(got->path, c.path);
    EXPECT_EQ(got->has_query, c.query != nullptr);
    EXPECT_EQ(got->query, c.query != nullptr ? c.query : "");
    EXPECT_EQ(got->absolute, !std::string_view("/*").contains(c.target[0]));
}

INSTANTIATE_TEST_SUITE_P(Rules, TargetTest, testing::ValuesIn(kSplits),
                         [](const auto& param) { return param.param.name; });

struct RefusedTarget {
    const char* name;
    const char* source;
    std::string target;
    Method method = Method::get;
    Err want = Err::bad_target;
};

const RefusedTarget kRefusedTargets[] = {
    {"empty", "RFC 9112 3.2", ""},
    {"relative", kOrigin, "a/b"},
    {"query_alone", kOrigin, "?a"},
    {"asterisk_for_get", kAsterisk, "*"},
    {"asterisk_and_more", kAsterisk, "*/", Method::options},
    {"authority_for_get", "RFC 9112 3.2.3: for CONNECT alone", "a.example:443"},
    {"connect", "RFC 9112 3.2.3", "a.example:443", Method::connect, Err::method_refused},
    {"connect_path", "RFC 9112 3.2.3", "/", Method::connect, Err::method_refused},
    {"another_scheme", "RFC 9110 4.2", "ftp://a/"},
    {"websocket_scheme", "RFC 9110 4.2", "ws://a/"},
    {"scheme_without_slashes", "RFC 9110 4.2", "http:/a"},
    {"scheme_alone", "RFC 9110 4.2.1: MUST reject an empty host", "http://"},
    {"fragment", "RFC 9112 3.2: no fragment", "/a#b"},
    {"fragment_behind_query", "RFC 9112 3.2", "/a?b#c"},
    {"fragment_behind_authority", "RFC 9112 3.2", "http://a#b/"},
    {"space", "RFC 9112 3.2", "/a b"},
    {"tab", "RFC 9112 3.2", "/a\tb"},
    {"nul", "RFC 3986 2", std::string("/\0", 2)},
    {"cr", "RFC 3986 2", "/a\rb"},
    {"lf", "RFC 3986 2", "/a\nb"},
    {"del", "RFC 3986 2", "/\x7F"},
};

class RefusedTargetTest : public testing::TestWithParam<RefusedTarget> {};

TEST_P(RefusedTargetTest, Refuses) {
    const RefusedTarget& c = GetParam();
    SCOPED_TRACE(c.source);
    const Result<Target> got = split_target(c.target, c.method);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, RefusedTargetTest, testing::ValuesIn(kRefusedTargets),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace breakwater::http1
