#include "proxy/base/crypto/issue.h"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "proxy/base/crypto/certificate.h"
#include "proxy/base/crypto/key_pair.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::crypto {
namespace {

using std::chrono::hours;

/// Whether OpenSSL trusts `leaf` for servers where it trusts `authority` alone.
bool trusts(const PemPair& authority, const PemPair& leaf) {
    const auto root = read_key_pair(authority.chain_pem, authority.key_pem);
    const auto end = read_key_pair(leaf.chain_pem, leaf.key_pem);
    const std::unique_ptr<X509_STORE, Free<X509_STORE_free>> store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), root->chain.front().get());
    const std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store.get(), end->chain.front().get(), nullptr);
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
    return X509_verify_cert(context.get()) == 1;
}

TEST(IssueCertificate, IsTrustedByWhoTrustsItsAuthority) {
    const PemPair authority = make_authority("breakwater-admission", hours(24));
    const auto leaf = issue_certificate(authority, {"a.ingress.svc", "IP:10.0.0.1"}, hours(12));
    ASSERT_TRUE(leaf.has_value()) << leaf.error();
    EXPECT_TRUE(trusts(authority, *leaf));
    EXPECT_FALSE(trusts(make_authority("breakwater-admission", hours(24)), *leaf));
}

TEST(IssueCertificate, HasItsNamesAndItsTime) {
    const PemPair authority = make_authority("breakwater-admission", hours(24));
    const auto leaf = issue_certificate(authority, {"a.ingress.svc"}, hours(12));
    const auto facts = inspect_certificate(leaf->chain_pem, leaf->key_pem);
    ASSERT_TRUE(facts.has_value()) << facts.error();
    EXPECT_EQ(facts->dns_names, std::vector<std::string>{"a.ingress.svc"});
    EXPECT_EQ(facts->not_after - facts->not_before, hours(13));
}

TEST(IssueCertificate, ANameThatIsNoneIsAnError) {
    const PemPair authority = make_authority("breakwater-admission", hours(24));
    for (const char* name : {"", "a,DNS:b", "a b", "IP:a", "otherName:a", "\n"}) {
        EXPECT_FALSE(issue_certificate(authority, {name}, hours(1)).has_value()) << name;
    }
    EXPECT_FALSE(issue_certificate(authority, {}, hours(1)).has_value());
}

TEST(IssueCertificate, ABrokenAuthorityIsAnError) {
    const PemPair one = make_authority("one", hours(1));
    const PemPair two = make_authority("two", hours(1));
    EXPECT_FALSE(issue_certificate({one.chain_pem, two.key_pem}, {"a"}, hours(1)).has_value());
    EXPECT_FALSE(issue_certificate({"", ""}, {"a"}, hours(1)).has_value());
}

TEST(IssueCertificate, AnAuthorityMayHaveAnyKindOfKey) {
    for (const char* kind : {"P-256", "P-384", "RSA-2048", "ED25519"}) {
        SCOPED_TRACE(kind);
        const PemPair authority = test::make_certificate({.key = kind, .authority = true});
        const auto leaf = issue_certificate(authority, {"a.ingress.svc"}, hours(1));
        ASSERT_TRUE(leaf.has_value()) << leaf.error();
        EXPECT_TRUE(trusts(authority, *leaf));
        EXPECT_TRUE(is_issued_by(*leaf, authority));
    }
}

TEST(IssueCertificate, AnAuthorityThatCannotSignIsAnError) {
    const PemPair bound =
        test::make_certificate({.key = "RSA-PSS", .digest = "SHA512", .authority = true});
    EXPECT_EQ(issue_certificate(bound, {"a"}, hours(1)).error(),
              "the authority's key cannot sign with SHA-256");
    EXPECT_EQ(issue_certificate(test::make_certificate_for({"a"}), {"a"}, hours(1)).error(),
              "the authority's certificate is not one's");
}

TEST(IsIssuedBy, IsTheAuthoritysOwnSignatureAlone) {
    const PemPair authority = make_authority("breakwater-admission", hours(24));
    const PemPair of_same_name = make_authority("breakwater-admission", hours(24));
    const auto leaf = issue_certificate(authority, {"a"}, hours(1));
    EXPECT_TRUE(is_issued_by(*leaf, authority));
    EXPECT_FALSE(is_issued_by(*leaf, of_same_name));
    EXPECT_FALSE(is_issued_by(*leaf, {"", ""}));
    const PemPair other = make_self_signed();
    EXPECT_FALSE(is_issued_by(other, other)) << "which is no authority";
}

}  // namespace
}  // namespace breakwater::crypto
