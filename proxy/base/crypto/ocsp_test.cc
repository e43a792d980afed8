#include "proxy/base/crypto/ocsp.h"

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include <functional>
#include <string>

#include "proxy/base/crypto/key_pair.h"
#include "tests/support/client_authority.h"
#include "tests/support/ocsp_maker.h"

namespace breakwater::crypto {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::make_certificate;
using test::OcspSpec;

/// Who takes part, made once: keys take their time.
struct World {
    PemPair authority = test::make_authority("authority");
    PemPair stranger = test::make_authority("authority");  // by name alone
    PemPair leaf = signed_by(authority, "");
    PemPair other_leaf = signed_by(authority, "");
    PemPair delegate = signed_by(authority, "OCSPSigning");
    PemPair mere_server = signed_by(authority, "serverAuth");
    PemPair strange_delegate = signed_by(stranger, "OCSPSigning");
    WallTime now = std::chrono::time_point_cast<std::chrono::seconds>(system_clock().wall());

    static PemPair signed_by(const PemPair& issuer, const std::string& usage) {
        return make_certificate({.extended_key_usage = usage, .issuer = &issuer});
    }
    std::string say(OcspSpec spec) const { return test::make_ocsp_response(leaf, authority, spec); }
    OcspSpec usual() const {
        return {.this_update = now - hours(1), .next_update = now + hours(1)};
    }
};

const World& world() {
    static const World made;
    return made;
}

std::expected<OcspFacts, std::string> check(std::string_view der) {
    const KeyPair chain = *read_key_pair(world().leaf.chain_pem, world().leaf.key_pem);
    return check_ocsp_response(der, *chain.chain[0], *chain.chain[1], world().now);
}

struct OcspCase {
    const char* name;
    const char* source;
    std::function<std::string(const World&)> response;
    std::string refusal;  ///< a part of it; empty: it is taken
    OcspStatus status = OcspStatus::good;
};

constexpr const char* kNotSigned = "not signed by the issuer";

const OcspCase kOcspCases[] = {
    {"Good", "RFC 6960 2.2", [](const World& w) { return w.say(w.usual()); }, ""},
    {"Revoked", "RFC 6960 2.2",
     [](const World& w) {
         auto spec = w.usual();
         spec.status = OcspSpec::Status::revoked;
         return w.say(spec);
     },
     "", OcspStatus::revoked},
    {"Unknown", "RFC 6960 2.2",
     [](const World& w) {
         auto spec = w.usual();
         spec.status = OcspSpec::Status::unknown;
         return w.say(spec);
     },
     "does not know the certificate"},
    {"AnotherCertificate", "RFC 6960 3.2 (1)",
     [](const World& w) { return test::make_ocsp_response(w.other_leaf, w.authority, w.usual()); },
     "about another certificate"},
    {"AnotherAuthority", "RFC 6960 3.2 (1)",
     [](const World& w) { return test::make_ocsp_response(w.leaf, w.stranger, w.usual()); },
     "about another certificate"},
    {"SignedByADelegate", "RFC 6960 4.2.2.2",
     [](const World& w) {
         auto spec = w.usual();
         spec.signer = &w.delegate;
         return w.say(spec);
     },
     ""},
    {"SignedByOneThatMayOnlyServe", "RFC 6960 4.2.2.2",
     [](const World& w) {
         auto spec = w.usual();
         spec.signer = &w.mere_server;
         return w.say(spec);
     },
     kNotSigned},
    {"SignedByTheLeafItself", "RFC 6960 4.2.2.2",
     [](const World& w) {
         auto spec = w.usual();
         spec.signer = &w.leaf;
         return w.say(spec);
     },
     kNotSigned},
    {"SignedByAnotherOfThatName", "RFC 6960 3.2 (2)",
     [](const World& w) {
         auto spec = w.usual();
         spec.signer = &w.stranger;
         return w.say(spec);
     },
     kNotSigned},
    {"SignedByAnothersDelegate", "RFC 6960 4.2.2.2",
     [](const World& w) {
         auto spec = w.usual();
         spec.signer = &w.strange_delegate;
         return w.say(spec);
     },
     kNotSigned},
    {"JustEnded", "RFC 6960 3.2 (6)",
     [](const World& w) { return w.say({.this_update = w.now - hours(1), .next_update = w.now}); },
     "has ended"},
    {"FromTomorrow", "RFC 6960 3.2 (5)",
     [](const World& w) {
         return w.say({.this_update = w.now + hours(1), .next_update = w.now + hours(2)});
     },
     "not valid yet"},
    {"OfAClockThatIsAhead", "kOcspClockSlack",
     [](const World& w) {
         return w.say({.this_update = w.now + minutes(4), .next_update = w.now + hours(2)});
     },
     ""},
    {"WithoutAnEnd", "a day, as browsers have it",
     [](const World& w) { return w.say({.this_update = w.now - hours(23)}); }, ""},
    {"WithoutAnEndAndOld", "a day, as browsers have it",
     [](const World& w) { return w.say({.this_update = w.now - hours(24)}); }, "has ended"},
    {"TryLater", "RFC 6960 4.2.1",
     [](const World&) { return test::make_ocsp_failure(OCSP_RESPONSE_STATUS_TRYLATER); },
     "trylater"},
    {"Empty", "RFC 6960 4.2.1", [](const World&) { return std::string(); }, "no OCSP response"},
    {"APage", "RFC 6960 4.2.1", [](const World&) { return std::string("<html>"); },
     "no OCSP response"},
    {"WithSomethingBehindIt", "X.690: it is one value",
     [](const World& w) { return w.say(w.usual()) + '\0'; }, "no OCSP response"},
};

class OcspResponse : public testing::TestWithParam<OcspCase> {};

TEST_P(OcspResponse, IsTakenOrRefused) {
    const OcspCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const auto got = check(c.response(world()));
    if (!c.refusal.empty()) {
        ASSERT_FALSE(got.has_value());
        EXPECT_NE(got.error().find(c.refusal), std::string::npos) << got.error();
        return;
    }
    ASSERT_TRUE(got.has_value()) << got.error();
    EXPECT_EQ(got->status, c.status);
}

INSTANTIATE_TEST_SUITE_P(Rules, OcspResponse, testing::ValuesIn(kOcspCases),
                         [](const auto& info) { return info.param.name; });

TEST(OcspTimes, AreThoseOfTheResponse) {
    const auto got = check(world().say(world().usual()));
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->this_update, world().now - hours(1));
    EXPECT_EQ(got->next_update, world().now + hours(1));
}

TEST(OcspDamage, NoPartOfAResponseIsTaken) {
    const std::string whole = world().say(world().usual());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(check(std::string_view(whole).substr(0, size)).has_value()) << size;
    }
}

struct UrlCase {
    const char* name;
    const char* source;
    std::string access;
    std::string want;  ///< empty: nobody is asked
};

const UrlCase kUrls[] = {
    {"Http", "RFC 5280 4.2.2.1", "OCSP;URI:http://ocsp.example/a", "http://ocsp.example/a"},
    {"HttpInCapitals", "RFC 3986 3.1", "OCSP;URI:HTTP://ocsp.example/", "HTTP://ocsp.example/"},
    {"TheFirstOfSeveral", "RFC 5280 4.2.2.1",
     "OCSP;URI:http://one.example/,OCSP;URI:http://two.example/", "http://one.example/"},
    {"ThatCanBeAsked", "RFC 6960 appendix A",
     "OCSP;URI:ldap://one.example/,OCSP;URI:http://two.example/", "http://two.example/"},
    {"Https", "docs/decisions/ocsp.md", "OCSP;URI:https://ocsp.example/", ""},
    {"IssuersOnly", "RFC 5280 4.2.2.1", "caIssuers;URI:http://ca.example/ca.crt", ""},
    {"WithASpace", "RFC 3986 2", "OCSP;URI:http://ocsp.example/a b", ""},
    {"TooLong", "kMaxOcspUrlBytes", "OCSP;URI:http://ocsp.example/" + std::string(1024, 'a'), ""},
    {"None", "RFC 5280 4.2.2.1", "", ""},
};

class OcspUrl : public testing::TestWithParam<UrlCase> {};

TEST_P(OcspUrl, IsThatOfTheCertificate) {
    const UrlCase& c = GetParam();
    SCOPED_TRACE(c.source);
    const PemPair made =
        make_certificate({.authority_access = c.access, .issuer = &world().authority});
    const KeyPair pair = *read_key_pair(made.chain_pem, made.key_pem);
    const auto question = ocsp_question(*pair.chain[0], *pair.chain[1]);
    EXPECT_EQ(question ? question->url : "", c.want);
}

INSTANTIATE_TEST_SUITE_P(Rules, OcspUrl, testing::ValuesIn(kUrls),
                         [](const auto& info) { return info.param.name; });

TEST(OcspRequest, AsksForOneCertificateWithSha1AndNoNonce) {
    const PemPair made = make_certificate(
        {.authority_access = "OCSP;URI:http://ocsp.example/", .issuer = &world().authority});
    const KeyPair pair = *read_key_pair(made.chain_pem, made.key_pem);
    const std::string der = ocsp_question(*pair.chain[0], *pair.chain[1])->request;
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<OCSP_REQUEST, Free<OCSP_REQUEST_free>> request(
        d2i_OCSP_REQUEST(nullptr, &at, static_cast<long>(der.size())));
    ASSERT_NE(request, nullptr);
    EXPECT_EQ(OCSP_request_onereq_count(request.get()), 1);
    EXPECT_EQ(OCSP_REQUEST_get_ext_count(request.get()), 0) << "RFC 5019 section 2.1.1";
    ASN1_OBJECT* digest = nullptr;
    ASN1_INTEGER* serial = nullptr;
    OCSP_id_get0_info(nullptr, &digest, nullptr, &serial,
                      OCSP_onereq_get0_id(OCSP_request_onereq_get0(request.get(), 0)));
    EXPECT_EQ(OBJ_obj2nid(digest), NID_sha1) << "RFC 5019 section 2.1.1";
    EXPECT_EQ(ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(pair.chain[0].get())), 0);
}

TEST(Issuer, IsWhoSignedAndNotWhoeverComesNext) {
    const KeyPair leaf = *read_key_pair(world().leaf.chain_pem, world().leaf.key_pem);
    const KeyPair other = *read_key_pair(world().other_leaf.chain_pem, world().other_leaf.key_pem);
    STACK_OF(X509)* const others = sk_X509_new_null();
    EXPECT_EQ(find_issuer(*leaf.chain[0], *others), nullptr);
    sk_X509_push(others, other.chain[0].get());
    EXPECT_EQ(find_issuer(*leaf.chain[0], *others), nullptr);
    sk_X509_push(others, leaf.chain[1].get());
    EXPECT_EQ(find_issuer(*leaf.chain[0], *others), leaf.chain[1].get());
    sk_X509_free(others);
}

}  // namespace
}  // namespace breakwater::crypto
