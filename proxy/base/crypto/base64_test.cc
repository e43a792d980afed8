#include "proxy/base/crypto/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace breakwater::crypto {
namespace {

struct Base64Case {
    const char* name;
    const char* source;
    std::string text;
    std::optional<std::string> strict;
    std::optional<std::string> lenient;
};

const Base64Case kBase64Cases[] = {
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

class Base64Test : public testing::TestWithParam<Base64Case> {};

TEST_P(Base64Test, Decode) {
    const Base64Case& c = GetParam();
    SCOPED_TRACE(c.source);
    EXPECT_EQ(decode_base64(c.text), c.strict);
    EXPECT_EQ(decode_base64(c.text, Base64::lenient), c.lenient);
}

TEST_P(Base64Test, WhatStrictTakesIsWhatWeWrite) {
    const Base64Case& c = GetParam();
    if (c.strict) EXPECT_EQ(encode_base64(*c.strict), c.text);
}

INSTANTIATE_TEST_SUITE_P(Rules, Base64Test, testing::ValuesIn(kBase64Cases),
                         [](const auto& info) { return info.param.name; });

TEST(Base64, EveryByteComesBack) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
        EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    }
}

/// What comes of the pieces; nothing where one is refused or the end is missing.
std::optional<std::string> decode_segments(std::initializer_list<std::string_view> pieces) {
    Base64Segments segments;
    std::string bytes;
    for (const std::string_view piece : pieces) {
        std::string room(Base64Segments::most_bytes(piece.size()), '\0');
        const auto size = segments.decode(piece, room.data());
        if (!size) return std::nullopt;
        bytes += room.substr(0, *size);
    }
    return segments.whole() ? std::optional(bytes) : std::nullopt;
}

struct SegmentsCase {
    const char* name;
    const char* source;
    std::string_view text;
    std::optional<std::string> want;
};

const SegmentsCase kSegmentsCases[] = {
    {"empty", "RFC 4648 10", "", ""},
    {"one_segment", "RFC 4648 10", "Zm9vYg==", "foob"},
    {"padding_inside", "PROTOCOL-WEB.md, in-stream base64 padding", "Zg==Zm8=Zm9vZg==", "ffofoof"},
    {"line_break", "RFC 4648 3.1", "Zm9v\nZm9v", {}},
    {"foreign", "RFC 4648 3.3", "Zm9v-m9v", {}},
    {"end_is_missing", "RFC 4648 3.2", "Zm9vZg", {}},
    {"padding_is_missing", "RFC 4648 3.2", "Zm9vZg=", {}},
    {"padding_first", "RFC 4648 3.3", "Zm9v=", {}},
    {"padding_then_letter", "RFC 4648 3.3", "Zm=vZm9v", {}},
    {"spare_bits", "RFC 4648 3.5", "Zh==Zm9v", {}},
};

class Base64SegmentsTest : public testing::TestWithParam<SegmentsCase> {};

TEST_P(Base64SegmentsTest, HoweverItIsCut) {
    const SegmentsCase& c = GetParam();
    SCOPED_TRACE(c.source);
    for (std::size_t first = 0; first <= c.text.size(); ++first) {
        for (std::size_t second = first; second <= c.text.size(); ++second) {
            EXPECT_EQ(
                decode_segments({c.text.substr(0, first), c.text.substr(first, second - first),
                                 c.text.substr(second)}),
                c.want)
                << "cut at " << first << " and " << second;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, Base64SegmentsTest, testing::ValuesIn(kSegmentsCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::crypto
