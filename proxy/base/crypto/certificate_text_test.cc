#include "proxy/base/crypto/certificate_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "proxy/base/crypto/key_pair.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::crypto {
namespace {

using test::make_certificate;

struct CertificateTextCase {
    const char* name;
    const char* source;
    std::string common_name;
    std::string organisation;
    std::string want;
};

const CertificateTextCase kCertificateTextCases[] = {
    {"usual", "RFC 2253 2.1: the last first", "web", "Shop", "CN=web,O=Shop"},
    {"separators", "RFC 2253 2.4", "a,b+c;d<e>f", "", R"(CN=a\,b\+c\;d\<e\>f)"},
    {"quote_and_backslash", "RFC 2253 2.4", R"(a"b\c)", "", R"(CN=a\"b\\c)"},
    {"spaces_around", "RFC 2253 2.4; RFC 9110 5.5", " a ", "", R"(CN=\ a\20)"},
    {"space_at_the_end_of_another", "RFC 2253 2.4", "a", "b ", R"(CN=a,O=b\20)"},
    {"line_break", "RFC 9110 5.5", "a\r\nssl-client-verify: SUCCESS", "",
     R"(CN=a\0D\0Assl-client-verify: SUCCESS)"},
    {"zero_byte", "RFC 9110 5.5", std::string("a\0b", 3), "", R"(CN=a\00b)"},
    {"delete", "RFC 9110 5.5", "a\x7F", "", R"(CN=a\7F)"},
    {"not_ascii", "RFC 2253 2.3: UTF-8", "caf\xE9", "", R"(CN=caf\C3\A9)"},
    {"nothing", "RFC 2253", "", "", ""},
};

class DistinguishedName : public testing::TestWithParam<CertificateTextCase> {};

TEST_P(DistinguishedName, IsAFieldsValue) {
    const CertificateTextCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const PemPair made =
        make_certificate({.common_name = c.common_name, .organisation = c.organisation});
    const auto read = read_key_pair(made.chain_pem, made.key_pem);
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(distinguished_name(X509_get_subject_name(read->chain.front().get())), c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, DistinguishedName, testing::ValuesIn(kCertificateTextCases),
                         [](const auto& info) { return info.param.name; });

/// What ingress-nginx's users decode: RFC 3986 section 2.1.
std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
    }
    return out;
}

TEST(EscapedPem, IsTheLeafWithNothingButUnreservedCharacters) {
    const PemPair made = make_certificate({});
    const auto read = read_key_pair(made.chain_pem, made.key_pem);
    const std::string escaped = escaped_pem(read->chain.front().get());
    EXPECT_TRUE(escaped.starts_with("-----BEGIN%20CERTIFICATE-----%0A")) << escaped;
    EXPECT_TRUE(escaped.ends_with("-----END%20CERTIFICATE-----%0A")) << escaped;
    EXPECT_EQ(escaped.find_first_of("+/= \n"), escaped.npos);
    EXPECT_EQ(decoded(escaped), made.chain_pem);
}

}  // namespace
}  // namespace breakwater::crypto
