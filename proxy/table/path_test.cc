#include "proxy/table/path.h"

#include <gtest/gtest.h>

#include <optional>

namespace breakwater::table {
namespace {

struct NormalisedCase {
    const char* name;
    const char* source;
    std::string_view path;
    std::optional<std::string_view> want;  ///< nothing: refused
};

constexpr auto kRefused = std::nullopt;
constexpr const char* kNginx = "nginx, location: matching is against a normalised URI";
constexpr const char* kDots = "RFC 3986 5.2.4";
constexpr const char* kPercent = "RFC 3986 2.1";
constexpr const char* kSameDots = "RFC 3986 6.2.2.2: an encoded dot is a dot";
constexpr const char* kStrict = "docs/decisions/path_normalisation.md";

const NormalisedCase kNormalisedCases[] = {
    {"root", kNginx, "/", "/"},
    {"plain", kNginx, "/a/b.c/d", "/a/b.c/d"},
    {"trailing_slash_stays", kNginx, "/a/", "/a/"},
    {"merged", kNginx, "/a//b///c", "/a/b/c"},
    {"merged_at_the_front", kNginx, "//a", "/a"},
    {"merged_at_the_end", kNginx, "/a//", "/a/"},
    {"only_slashes", kNginx, "///", "/"},
    {"dot_in_front_of_a_name", kDots, "/.well-known/x", "/.well-known/x"},
    {"three_dots", kDots, "/a/.../b", "/a/.../b"},
    {"dot", kDots, "/a/./b", "/a/b"},
    {"dot_last", kDots, "/a/.", "/a/"},
    {"dot_only", kDots, "/.", "/"},
    {"up", kDots, "/a/b/../c", "/a/c"},
    {"up_last", kDots, "/a/b/..", "/a/"},
    {"up_to_the_root", kDots, "/a/..", "/"},
    {"up_twice", kDots, "/a/b/c/./../../g", "/a/g"},
    {"up_slash", kDots, "/a/../", "/"},
    {"above_the_root", "nginx answers 400", "/..", kRefused},
    {"above_the_root_later", "nginx answers 400", "/a/../../b", kRefused},
    {"above_the_root_by_merging", "nginx answers 400", "//..", kRefused},

    {"decoded", kPercent, "/caf%C3%A9", "/caf\xC3\xA9"},
    {"decoded_lower", kPercent, "/%7euser", "/~user"},
    {"decoded_once", kPercent, "/a%2541", "/a%41"},
    {"percent_last", kPercent, "/a%", kRefused},
    {"percent_one_digit", kPercent, "/a%4", kRefused},
    {"percent_no_digits", kPercent, "/a%zz", kRefused},
    {"percent_half", kPercent, "/a%4g/b", kRefused},
    {"nul", "nginx answers 400", "/a%00b", kRefused},
    {"encoded_question_mark", kPercent, "/a%3Fb", "/a?b"},
    {"encoded_hash", kPercent, "/a%23b", "/a#b"},
    {"encoded_newline", kPercent, "/a%0Ab", "/a\nb"},
    {"plus_is_plus", kPercent, "/a+b", "/a+b"},

    {"encoded_dot", kSameDots, "/a/%2e/b", "/a/b"},
    {"encoded_up", kSameDots, "/a/%2E%2e/b", "/b"},
    {"encoded_up_half", kSameDots, "/a/.%2e/b", "/b"},
    {"encoded_up_above_the_root", kSameDots, "/%2e%2e/b", kRefused},

    {"encoded_slash", kStrict, "/a%2Fb", "/a/b"},
    {"encoded_slash_package_name", kStrict, "/@scope%2fname", "/@scope/name"},
    {"encoded_slash_merged", kStrict, "/a%2F/b", "/a/b"},
    {"encoded_backslash", kStrict, "/a%5Cb", "/a\\b"},
    {"up_behind_encoded_slash", kStrict, "/public%2F../admin", kRefused},
    {"up_before_encoded_slash", kStrict, "/public/..%2Fadmin", kRefused},
    {"up_elsewhere", kStrict, "/a%2Fb/c/../d", kRefused},
    {"up_and_encoded_backslash", kStrict, "/public/..%5Cadmin", kRefused},
    {"up_between_backslashes", kStrict, "/public%5C..%5Cadmin", kRefused},
    {"up_and_backslash_elsewhere", kStrict, "/a%5Cb/../c", kRefused},
    {"up_with_parameters", kStrict, "/public/..;/admin", kRefused},
    {"up_with_named_parameters", kStrict, "/public/..;x=y/admin", kRefused},
    {"up_with_encoded_parameters", kStrict, "/public/%2e%2e%3b/admin", kRefused},
    {"up_through_empty_segment", kStrict, "/public//../admin", kRefused},
    {"parameters", kStrict, "/a;v=1/b", "/a;v=1/b"},
    {"dots_inside_a_name", kStrict, "/a%2Fb/c..d", "/a/b/c..d"},
};

class PathTest : public testing::TestWithParam<NormalisedCase> {};

TEST_P(PathTest, Normalises) {
    const NormalisedCase& c = GetParam();
    SCOPED_TRACE(c.source);
    Arena arena;
    const Result<std::string_view> got = normalise_path(c.path, arena);
    ASSERT_EQ(got.has_value(), c.want.has_value());
    if (got) {
        EXPECT_EQ(*got, *c.want);
    } else {
        EXPECT_EQ(got.error().code, Err::bad_target);
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, PathTest, testing::ValuesIn(kNormalisedCases),
                         [](const auto& info) { return info.param.name; });

TEST(Path, WhatIsNormalisedIsReturnedAsItIs) {
    Arena arena;
    const std::string_view path = "/a/b/c.html";
    const Result<std::string_view> got = normalise_path(path, arena);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->data(), path.data());
}

}  // namespace
}  // namespace breakwater::table
