#include "proxy/base/crypto/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace breakwater::crypto {
namespace {

struct Case {
    const char* name;
    const char* source;
    std::string text;
    std::optional<std::string> strict;
    std::optional<std::string> lenient;
};

const Case kCases[] = {
    {"empty", "RFC 4648 10", "", "", ""},
    {"one", "RFC 4648 10", "Zg==", "f", "f"},
    {"two", "RFC 4648 10", "Zm8=", "fo", "fo"},
    {"three", "RFC 4648 10", "Zm9v", "foo", "foo"},
    {"six", "RFC 4648 10", "Zm9vYmFy", "foobar", "foobar"},
    {"alphabet_end", "RFC 4648 4, table 1", "+/+/", "\xfb\xff\xbf", "\xfb\xff\xbf"},
    {"url_alphabet", "RFC 4648 5 is another encoding", "-_-_", {}, {}},
    {"line_break",
     "RFC 4648 3.1; Go's encoding/base64 passes over them",
     "Zm9v\r\nYmFy\n",
     {},
     "foobar"},
    {"space", "RFC 4648 3.3", "Zm9v YmFy", {}, {}},
    {"no_padding", "RFC 4648 3.2", "Zg", {}, {}},
    {"half_padding", "RFC 4648 3.2", "Zg=", {}, {}},
    {"padding_first", "RFC 4648 3.3", "=Zm9", {}, {}},
    {"padding_inside", "RFC 4648 3.3", "Zg==Zg==", {}, {}},
    {"padding_then_letter", "RFC 4648 3.3", "Zm=v", {}, {}},
    {"group_of_padding", "RFC 4648 3.3", "Zm9v====", {}, {}},
    {"spare_bits_one", "RFC 4648 3.5", "Zh==", {}, "f"},
    {"spare_bits_two", "RFC 4648 3.5", "Zm9=", {}, "fo"},
    {"zero_byte", "RFC 4648 3.3", std::string("Zm9\0", 4), {}, {}},
    {"high_byte", "RFC 4648 3.3", "Zm9\xc3", {}, {}},
};

class Base64Test : public testing::TestWithParam<Case> {};

TEST_P(Base64Test, Decode) {
    const Case& c = GetParam();
    SCOPED_TRACE(c.source);
    EXPECT_EQ(decode_base64(c.text), c.strict);
    EXPECT_EQ(decode_base64(c.text, Base64::lenient), c.lenient);
}

TEST_P(Base64Test, WhatStrictTakesIsWhatWeWrite) {
    const Case& c = GetParam();
    if (c.strict) EXPECT_EQ(encode_base64(*c.strict), c.text);
}

INSTANTIATE_TEST_SUITE_P(Rules, Base64Test, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(Base64, EveryByteComesBack) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
        EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    }
}

}  // namespace
}  // namespace breakwater::crypto
