#include "proxy/base/utf8.h"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(CutAtCharacter, KeepsWholeCharacters) {
    EXPECT_EQ(cut_at_character("abc", 3), "abc");
    EXPECT_EQ(cut_at_character("abc", 2), "ab");
    EXPECT_EQ(cut_at_character("a\xC3\xA4", 3), "a\xC3\xA4");
    EXPECT_EQ(cut_at_character("a\xC3\xA4", 2), "a");
    EXPECT_EQ(cut_at_character("\xF0\x9F\x98\x80!", 4), "\xF0\x9F\x98\x80");
    EXPECT_EQ(cut_at_character("\xF0\x9F\x98\x80!", 3), "");
    EXPECT_EQ(cut_at_character("", 0), "");
}

TEST(CutAtCharacter, EndsWithNonsenseToo) {
    EXPECT_EQ(cut_at_character("\x80\x80\x80", 2), "") << "no character begins";
}

}  // namespace
}  // namespace breakwater
