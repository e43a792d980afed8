#include "proxy/base/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace breakwater {
namespace {

struct JsonTextCase {
    const char* name;
    const char* source;
    std::string text;
    std::string want;  ///< without the quotes around it
};

const std::string kReplaced = "\\ufffd";

const JsonTextCase kJsonTextCases[] = {
    {"plain", "RFC 8259 7", "hello", "hello"},
    {"empty", "RFC 8259 7", "", ""},
    {"quote", "RFC 8259 7", "say \"x\"", "say \\\"x\\\""},
    {"backslash", "RFC 8259 7", "a\\b", "a\\\\b"},
    {"slash", "RFC 8259 7: need not be escaped", "a/b", "a/b"},
    {"line_breaks", "RFC 8259 7", "a\r\n\tb", "a\\r\\n\\tb"},
    {"control", "RFC 8259 7", std::string("\0\x1f", 2), "\\u0000\\u001f"},
    {"delete", "a terminal must not see it", "\x7f", "\\u007f"},
    {"two_bytes", "RFC 3629 3", "\xc3\xbc", "\xc3\xbc"},
    {"three_bytes", "RFC 3629 3", "\xe2\x82\xac", "\xe2\x82\xac"},
    {"four_bytes", "RFC 3629 3", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
    {"last_code_point", "RFC 3629 3", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
    {"beyond_it", "RFC 3629 3", "\xf4\x90\x80\x80", kReplaced + kReplaced + kReplaced + kReplaced},
    {"stray_continuation", "RFC 3629 3", "a\x80z", "a" + kReplaced + "z"},
    {"cut", "RFC 3629 3", "\xe2\x82", kReplaced + kReplaced},
    {"cut_then_text", "RFC 3629 3", "\xc3x", kReplaced + "x"},
    {"overlong_two", "RFC 3629 3", "\xc0\xaf", kReplaced + kReplaced},
    {"overlong_three", "RFC 3629 3", "\xe0\x80\xaf", kReplaced + kReplaced + kReplaced},
    {"surrogate", "RFC 3629 3", "\xed\xa0\x80", kReplaced + kReplaced + kReplaced},
    {"byte_ff", "RFC 3629 3", "\xff", kReplaced},
};

class JsonTextTest : public testing::TestWithParam<JsonTextCase> {};

TEST_P(JsonTextTest, Append) {
    const JsonTextCase& c = GetParam();
    SCOPED_TRACE(c.source);
    std::string line = "x";
    append_json_string(line, c.text);
    EXPECT_EQ(line, "x\"" + c.want + "\"");
}

INSTANTIATE_TEST_SUITE_P(Rules, JsonTextTest, testing::ValuesIn(kJsonTextCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater
