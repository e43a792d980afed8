#include "proxy/table/match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::table {
namespace {

struct PathRule {
    PathType type;
    const char* path;
};
constexpr auto kExact = PathType::exact;
constexpr auto kPrefix = PathType::prefix;

struct PathCase {
    const char* name;
    const char* source;
    std::vector<PathRule> rules;
    const char* request;
    std::size_t want;
};

constexpr std::size_t kNothing = PathMatcher::kNone;
constexpr const char* kExamples = "Kubernetes documentation, Ingress, Path types, Examples";
constexpr const char* kMultiple = "Kubernetes documentation, Ingress, Multiple matches";

const PathCase kPathCases[] = {
    {"all_root", kExamples, {{kPrefix, "/"}}, "/", 0},
    {"all_deep", kExamples, {{kPrefix, "/"}}, "/any/path/", 0},
    {"exact", kExamples, {{kExact, "/foo"}}, "/foo", 0},
    {"exact_other", kExamples, {{kExact, "/foo"}}, "/bar", kNothing},
    {"exact_slash_asked", kExamples, {{kExact, "/foo"}}, "/foo/", kNothing},
    {"exact_slash_missing", kExamples, {{kExact, "/foo/"}}, "/foo", kNothing},
    {"prefix_itself", kExamples, {{kPrefix, "/foo"}}, "/foo", 0},
    {"prefix_slash_asked", kExamples, {{kPrefix, "/foo"}}, "/foo/", 0},
    {"prefix_slash_missing", kExamples, {{kPrefix, "/foo/"}}, "/foo", 0},
    {"prefix_slash_both", kExamples, {{kPrefix, "/foo/"}}, "/foo/", 0},
    {"part_of_element", kExamples, {{kPrefix, "/aaa/bb"}}, "/aaa/bbb", kNothing},
    {"two_elements", kExamples, {{kPrefix, "/aaa/bbb"}}, "/aaa/bbb", 0},
    {"two_elements_ignores_slash", kExamples, {{kPrefix, "/aaa/bbb/"}}, "/aaa/bbb", 0},
    {"two_elements_matches_slash", kExamples, {{kPrefix, "/aaa/bbb"}}, "/aaa/bbb/", 0},
    {"subpath", kExamples, {{kPrefix, "/aaa/bbb"}}, "/aaa/bbb/ccc", 0},
    {"no_string_prefix", kExamples, {{kPrefix, "/aaa/bbb"}}, "/aaa/bbbxyz", kNothing},
    {"longer_of_two", kExamples, {{kPrefix, "/"}, {kPrefix, "/aaa"}}, "/aaa/ccc", 1},
    {"longest_of_three",
     kExamples,
     {{kPrefix, "/"}, {kPrefix, "/aaa"}, {kPrefix, "/aaa/bbb"}},
     "/aaa/bbb",
     2},
    {"root_of_three",
     kExamples,
     {{kPrefix, "/"}, {kPrefix, "/aaa"}, {kPrefix, "/aaa/bbb"}},
     "/ccc",
     0},
    {"default_backend", kExamples, {{kPrefix, "/aaa"}}, "/ccc", kNothing},
    {"mixed_prefers_exact", kExamples, {{kPrefix, "/foo"}, {kExact, "/foo"}}, "/foo", 1},

    {"exact_before_longer_prefix", kMultiple, {{kPrefix, "/foo/"}, {kExact, "/foo"}}, "/foo", 1},
    {"longer_text_of_one_prefix", kMultiple, {{kPrefix, "/foo"}, {kPrefix, "/foo/"}}, "/foo/x", 1},
    {"longer_text_first", kMultiple, {{kPrefix, "/foo/"}, {kPrefix, "/foo"}}, "/foo", 0},
    {"prefix_below_exact", kMultiple, {{kExact, "/foo"}, {kPrefix, "/foo"}}, "/foo/x", 1},
    {"exact_root_only", kMultiple, {{kExact, "/"}}, "/x", kNothing},
    {"exact_root", kMultiple, {{kExact, "/"}}, "/", 0},
    {"case_matters", "Ingress v1, pathType: case sensitive", {{kPrefix, "/foo"}}, "/Foo", kNothing},
    {"longer_than_any_rule", kMultiple, {{kPrefix, "/"}, {kPrefix, "/ab"}}, "/abc/d/e/f/g", 0},
    {"cut_inside_element", kMultiple, {{kPrefix, "/aaa/bbb"}, {kPrefix, "/aaa"}}, "/aaa/bbbb/c", 1},
    {"no_rules", kMultiple, {}, "/", kNothing},
};

Location location(PathType type, const char* path) {
    Location out;
    out.path_type = type;
    out.path = path;
    return out;
}

class PathMatchTest : public testing::TestWithParam<PathCase> {};

TEST_P(PathMatchTest, Finds) {
    const PathCase& c = GetParam();
    SCOPED_TRACE(c.source);
    std::vector<Location> locations;
    for (const PathRule& rule : c.rules) {
        locations.push_back(location(rule.type, rule.path));
    }
    EXPECT_EQ(PathMatcher(locations).find(c.request), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, PathMatchTest, testing::ValuesIn(kPathCases),
                         [](const auto& info) { return info.param.name; });

struct HostCase {
    const char* name;
    const char* source;
    std::vector<std::string_view> names;
    const char* host;
    std::size_t want;
};

constexpr const char* kWildcards = "Kubernetes documentation, Ingress, Hostname wildcards";

const HostCase kHostCases[] = {
    {"wildcard_shared_suffix", kWildcards, {"*.foo.com"}, "bar.foo.com", 0},
    {"wildcard_one_label_only", kWildcards, {"*.foo.com"}, "baz.bar.foo.com", kNothing},
    {"wildcard_needs_a_label", kWildcards, {"*.foo.com"}, "foo.com", kNothing},
    {"wildcard_empty_label", kWildcards, {"*.foo.com"}, ".foo.com", kNothing},
    {"exact", kWildcards, {"foo.com"}, "foo.com", 0},
    {"exact_only", kWildcards, {"foo.com"}, "bar.foo.com", kNothing},
    {"exact_before_wildcard", kWildcards, {"*.foo.com", "bar.foo.com"}, "bar.foo.com", 1},
    {"other_falls_to_wildcard", kWildcards, {"*.foo.com", "bar.foo.com"}, "baz.foo.com", 0},
    {"nearest_wildcard", kWildcards, {"*.foo.com", "*.bar.foo.com"}, "x.bar.foo.com", 1},
    {"one_label", kWildcards, {"localhost", "*.foo.com"}, "localhost", 0},
    {"empty", kWildcards, {"foo.com"}, "", kNothing},
};

class HostMatchTest : public testing::TestWithParam<HostCase> {};

TEST_P(HostMatchTest, Finds) {
    const HostCase& c = GetParam();
    SCOPED_TRACE(c.source);
    EXPECT_EQ(HostMatcher(c.names).find(c.host), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, HostMatchTest, testing::ValuesIn(kHostCases),
                         [](const auto& info) { return info.param.name; });

/// A long path must not cost a look-up a segment: that would be quadratic in what a client sends.
TEST(PathMatcher, LongPathFindsTheRoot) {
    const std::vector<Location> locations{location(kPrefix, "/"), location(kPrefix, "/a/a")};
    std::string path;
    for (int i = 0; i < 100'000; ++i) path += "/b";
    EXPECT_EQ(PathMatcher(locations).find(path), 0U);
    EXPECT_EQ(PathMatcher(locations).find("/a/a" + path), 1U);
}

}  // namespace
}  // namespace breakwater::table
