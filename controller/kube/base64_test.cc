#include "controller/kube/base64.h"

#include <gtest/gtest.h>

namespace breakwater::kube {
namespace {

struct Case {
    const char* name;
    const char* source;
    std::string_view text;
    std::optional<std::string> want;
};

const Case kCases[] = {
    {"empty", "RFC 4648 10", "", ""},
    {"one_byte", "RFC 4648 10", "Zg==", "f"},
    {"two_bytes", "RFC 4648 10", "Zm8=", "fo"},
    {"three_bytes", "RFC 4648 10", "Zm9v", "foo"},
    {"six_bytes", "RFC 4648 10", "Zm9vYmFy", "foobar"},
    {"all_bits", "RFC 4648 4", "+/+/", "\xfb\xff\xbf"},
    {"line_breaks", "RFC 4648 3.1, as Go reads a Secret", "Zm\n9v\r\n", "foo"},
    {"padding_missing", "RFC 4648 3.2", "Zm8", std::nullopt},
    {"padding_alone", "RFC 4648 4", "====", std::nullopt},
    {"padding_inside", "RFC 4648 4", "Zg=v", std::nullopt},
    {"data_after_padding", "RFC 4648 3.3", "Zg==Zg==", std::nullopt},
    {"foreign_character", "RFC 4648 3.3", "Zm9*", std::nullopt},
    {"url_alphabet", "RFC 4648 5 is another one", "-_-_", std::nullopt},
};

class Base64Test : public testing::TestWithParam<Case> {};

TEST_P(Base64Test, Decodes) {
    SCOPED_TRACE(GetParam().source);
    EXPECT_EQ(decode_base64(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Rules, Base64Test, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(Base64, EncodesWhatItDecodes) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
        bytes += static_cast<char>(i * 7);
    }
    EXPECT_EQ(encode_base64("fo"), "Zm8=");
}

}  // namespace
}  // namespace breakwater::kube
