#include "proxy/base/regex/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater {
namespace {

using testing::HasSubstr;
using Found = Regex::Found;

struct Case {
    const char* name;
    const char* source;
    std::string pattern;
    std::string text;
    Found want;
    std::size_t offset = 0;
};

const Case kCases[] = {
    {"at_the_offset", "pcre2api: PCRE2_ANCHORED", "b+", "abbc", Found::yes, 1},
    {"not_behind_it", "pcre2api: PCRE2_ANCHORED", "b+", "abbc", Found::no},
    {"not_end_anchored", "pcre2pattern", "a", "abbc", Found::yes},
    {"at_the_end", "pcre2api: PCRE2_ANCHORED", "$", "ab", Found::yes, 2},
    {"case_counts", "pcre2pattern", "B", "bc", Found::no},
    {"inline_option", "pcre2pattern: internal option setting", "(?i)B", "bc", Found::yes},
    {"lookbehind", "pcre2pattern: assertions", "(?<!a)b", "ab", Found::no, 1},
    {"backreference", "pcre2pattern: backreferences", R"((a|b)\1)", "aab", Found::yes},
    {"bytes_not_characters", "nginx: no UTF mode", "^.$", "\xC3\xA9", Found::no},
    {"text_that_is_not_utf8", "nginx: no UTF mode", "^a.b$",
     "a\xFF"
     "b",
     Found::yes},
    {"a_zero_byte_is_a_byte", "pcre2api: length of the subject", "^a.b$", std::string("a\0b", 3),
     Found::yes},
    {"empty_text", "pcre2api", "^$", "", Found::yes},
    {"a_catastrophe_ends", "pcre2api: match limit", "^(a+)+$", std::string(40, 'a') + "b",
     Found::gave_up},
};

class RegexTest : public testing::TestWithParam<Case> {};

TEST_P(RegexTest, Matches) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto regex = Regex::compile(c.pattern);
    ASSERT_TRUE(regex.has_value()) << regex.error();
    EXPECT_EQ((*regex)->match_at(c.text, c.offset), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, RegexTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(Regex, WhatCannotBeCompiledSaysWhyAndWhere) {
    const auto open = Regex::compile("a(b");
    ASSERT_FALSE(open.has_value());
    EXPECT_EQ(open.error(), "is no regular expression: missing closing parenthesis (at 3)");
}

TEST(Regex, AnExpressionHasABound) {
    EXPECT_TRUE(Regex::compile(std::string(Regex::kMostPatternBytes, 'a')).has_value());
    EXPECT_FALSE(Regex::compile(std::string(Regex::kMostPatternBytes + 1, 'a')).has_value());
    EXPECT_THAT(Regex::compile("(*UTF)a").error(), HasSubstr("(at "));
}

}  // namespace
}  // namespace breakwater
