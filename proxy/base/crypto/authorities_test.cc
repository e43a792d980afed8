#include "proxy/base/crypto/authorities.h"

#include <gtest/gtest.h>

#include "proxy/base/crypto/certificate.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::crypto {
namespace {

using test::make_certificate;
using test::make_revocation_list;

const PemPair kAuthority = make_certificate({.common_name = "ca", .authority = true});
const PemPair kOther = make_certificate({.common_name = "other", .authority = true});
const std::string kList = make_revocation_list(kAuthority, {&kOther});

struct Case {
    const char* name;
    std::string ca;
    std::string crl;
    std::size_t certificates = 0;
    std::size_t lists = 0;
    const char* error = nullptr;
};

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

const std::string kBroken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

// RFC 7468: text around the blocks is allowed, and so are blocks of other kinds.
const Case kCases[] = {
    {"one", kAuthority.chain_pem, "", 1, 0},
    {"several", "text\n" + kAuthority.chain_pem + "more\n" + kOther.chain_pem, "", 2, 0},
    {"other_blocks_between", kAuthority.key_pem + kAuthority.chain_pem, "", 1, 0},
    {"with_list", kAuthority.chain_pem, kList, 1, 1},
    {"with_lists", kAuthority.chain_pem, kList + kList, 1, 2},
    {"nothing", "", "", 0, 0, "there is no certificate in PEM form"},
    {"no_pem", "hello", "", 0, 0, "there is no certificate in PEM form"},
    {"only_a_key", kAuthority.key_pem, "", 0, 0, "there is no certificate in PEM form"},
    {"broken", kAuthority.chain_pem + kBroken, "", 0, 0, "certificate 2 cannot be read"},
    {"too_many", repeated(kAuthority.chain_pem, kMostAuthorities + 1), "", 0, 0,
     "there are more than 300 certificates"},
    {"no_list", kAuthority.chain_pem, "hello", 0, 0, "there is no revocation list in PEM form"},
    {"a_certificate_as_list", kAuthority.chain_pem, kAuthority.chain_pem, 0, 0,
     "there is no revocation list in PEM form"},
};

class ReadAuthorities : public testing::TestWithParam<Case> {};

TEST_P(ReadAuthorities, Reads) {
    const Case& c = GetParam();
    const auto read = read_authorities(c.ca, c.crl);
    const auto fingerprint = inspect_authorities(c.ca, c.crl);
    ASSERT_EQ(read.has_value(), c.error == nullptr) << (read ? "" : read.error());
    EXPECT_EQ(fingerprint.has_value(), read.has_value());
    if (!read) {
        EXPECT_EQ(read.error(), c.error);
        EXPECT_EQ(fingerprint.error(), c.error);
        return;
    }
    EXPECT_EQ(read->certificates.size(), c.certificates);
    EXPECT_EQ(read->revocations.size(), c.lists);
    EXPECT_EQ(fingerprint->size(), 64U);
}

INSTANTIATE_TEST_SUITE_P(Rules, ReadAuthorities, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(InspectAuthorities, TheFingerprintIsOfBoth) {
    EXPECT_NE(inspect_authorities(kAuthority.chain_pem, ""),
              inspect_authorities(kAuthority.chain_pem, kList));
    EXPECT_NE(inspect_authorities(kAuthority.chain_pem, ""),
              inspect_authorities(kOther.chain_pem, ""));
}

}  // namespace
}  // namespace breakwater::crypto
