#include "proxy/http/field_syntax.h"

#include <gtest/gtest.h>

#include <string>

namespace breakwater::http {
namespace {

constexpr std::string_view kTchars =
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

// RFC 9110 section 5.6.2 for tokens, 5.5 for values; target bytes as field_syntax.h has them.
TEST(FieldSyntax, EveryByte) {
    for (int i = 0; i < 256; ++i) {
        const char c = static_cast<char>(i);
        const bool control = i < 0x20 || i == 0x7F;
        EXPECT_EQ(is_tchar(c), kTchars.contains(c)) << i;
        EXPECT_EQ(is_field_text(c), !control || c == '\t') << i;
        EXPECT_EQ(is_target_byte(c), !control && c != ' ' && c != '#') << i;
    }
}

TEST(FieldSyntax, Lengths) {
    EXPECT_EQ(token_length(""), 0U);
    EXPECT_EQ(token_length("name: value"), 4U);
    EXPECT_EQ(token_length("whole"), 5U);
    EXPECT_EQ(text_length("a value\r\n"), 7U);
    EXPECT_EQ(text_length(std::string_view("a\0b", 3)), 1U);
    EXPECT_EQ(text_length("tab\tand caf\xC3\xA9"), 13U);
    EXPECT_EQ(target_length("/a?b=c HTTP"), 6U);
    EXPECT_EQ(target_length("/a#b"), 2U);
}

// Sixteen bytes are looked at together: each byte at each place says what it says alone.
TEST(FieldSyntax, EachByteAtEachPlace) {
    constexpr std::size_t kBytes = 35;
    for (int i = 0; i < 256; ++i) {
        for (std::size_t place = 0; place < kBytes; ++place) {
            for (const char around : {'a', 'Z', '0', '-', '_', '\t', '\x80', '\xFF'}) {
                SCOPED_TRACE(testing::Message() << i << " at " << place << " in " << int{around});
                std::string bytes(kBytes, around);
                bytes[place] = static_cast<char>(i);
                const std::size_t text = is_field_text(bytes[place]) ? kBytes : place;
                ASSERT_EQ(text_length(bytes), text);
                ASSERT_EQ(portable::text_length(bytes), text);
                ASSERT_EQ(token_length(bytes), portable::token_length(bytes));
            }
        }
    }
}

TEST(FieldSyntax, UsualHosts) {
    for (const char* host :
         {"a", "ab", "a-b", "a.b", "shop.example", "bench.example.", "a..b", ".a",
          "sixteen-bytes.ab", "sixteen-bytes-a.", "sixteen-bytes-a.b", "sixteen-bytes-a..b",
          "a-name.of.more.than.thirty.two.bytes.example"}) {
        const std::string_view text = host;
        const bool usual = !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
        EXPECT_EQ(is_usual_host(text), usual) << host;
        EXPECT_EQ(portable::is_usual_host(text), usual) << host;
    }
    EXPECT_FALSE(is_usual_host(""));
    EXPECT_FALSE(portable::is_usual_host(""));
}

TEST(FieldSyntax, EachByteAtEachPlaceOfAHost) {
    for (std::size_t size = 1; size < 35; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            for (int i = 0; i < 256; ++i) {
                std::string host(size, 'a');
                host[place] = static_cast<char>(i);
                ASSERT_EQ(is_usual_host(host), portable::is_usual_host(host)) << host;
            }
        }
    }
}

// Where it is said that no byte but the usual ones is in a token, there is none.
TEST(FieldSyntax, UsualTokens) {
    for (const char* line : {"X_Y: a value behind it", "_: a value behind it", "X-Real_IP", "a_"}) {
        EXPECT_FALSE(token_at(line).usual) << line;
    }
}

TEST(FieldSyntax, Names) {
    EXPECT_TRUE(valid_field_name("X-A_b"));
    EXPECT_FALSE(valid_field_name(""));
    EXPECT_FALSE(valid_field_name("a b"));
    EXPECT_FALSE(valid_field_name("a:"));
    EXPECT_FALSE(valid_field_name("caf\xC3\xA9"));
}

TEST(FieldSyntax, Values) {
    EXPECT_TRUE(valid_field_value(""));
    EXPECT_TRUE(valid_field_value("a"));
    EXPECT_TRUE(valid_field_value("a \t b"));
    EXPECT_TRUE(valid_field_value("caf\xC3\xA9"));
    EXPECT_FALSE(valid_field_value(" a"));
    EXPECT_FALSE(valid_field_value("a\t"));
    EXPECT_FALSE(valid_field_value("a\rb"));
    EXPECT_FALSE(valid_field_value("a\nb"));
    EXPECT_FALSE(valid_field_value(std::string_view("a\0b", 3)));
    EXPECT_FALSE(valid_field_value("a\x7F"));
}

}  // namespace
}  // namespace breakwater::http
