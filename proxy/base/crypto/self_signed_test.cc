#include "proxy/base/crypto/self_signed.h"

#include <gtest/gtest.h>

#include "proxy/base/crypto/certificate.h"
#include "proxy/base/crypto/key_pair.h"

namespace breakwater::crypto {
namespace {

using std::chrono::hours;

TEST(SelfSigned, ATlsServerCanUseIt) {
    const PemPair made = make_self_signed();
    const auto facts = inspect_certificate(made.chain_pem, made.key_pem);
    ASSERT_TRUE(facts.has_value()) << facts.error();
    EXPECT_EQ(facts->key_type, "EC");
    EXPECT_EQ(facts->dns_names, std::vector<std::string>{"ingress.local"});
    const WallTime now = system_clock().wall();
    EXPECT_LT(facts->not_before, now);
    EXPECT_GT(facts->not_after, now + hours(24 * 365));
}

TEST(SelfSigned, HasTheNameThatPeopleKnow) {
    const PemPair made = make_self_signed();
    const auto pair = read_key_pair(made.chain_pem, made.key_pem);
    ASSERT_TRUE(pair.has_value());
    std::array<char, 128> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(pair->chain.front().get()), NID_commonName,
                              name.data(), name.size());
    EXPECT_STREQ(name.data(), "Kubernetes Ingress Controller Fake Certificate");
    EXPECT_EQ(X509_self_signed(pair->chain.front().get(), 1), 1);
}

TEST(SelfSigned, NoTwoAreAlike) {
    EXPECT_NE(make_self_signed().key_pem, make_self_signed().key_pem);
}

}  // namespace
}  // namespace breakwater::crypto
