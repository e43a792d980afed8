// What comes of a client's certificate, by either version of TLS, at first and in a resumed session.

#include "proxy/tls/client_verifier.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "proxy/tls/stream.h"
#include "tests/support/client_authority.h"
#include "tests/support/fake_clock.h"
#include "tests/support/tls_client.h"
#include "tests/support/tls_pair.h"

namespace breakwater::tls {
namespace {

using crypto::ClientCertificate;
using crypto::PemPair;
using test::Certificates;
using test::FakeClock;
using test::make_authority;
using test::make_certificate;
using test::make_client;
using test::make_revocation_list;
using test::policy_of;
using test::SessionPtr;
using test::TlsClient;
using test::TlsPair;

const PemPair kRoot = make_authority("root");
const PemPair kOtherRoot = make_authority("other root");
const PemPair kMiddle = make_authority("middle", &kRoot);
const PemPair kLower = make_authority("lower", &kMiddle);
const PemPair kClient = make_client("web", kRoot);
const PemPair kRevoked = make_client("revoked", kRoot);
const PemPair kStranger = make_client("stranger", kOtherRoot);

Task<void> accept_and_say_x(TlsPair& pair, Result<HandshakeFacts>& got) {
    got = co_await pair.stream->handshake(pair.soon());
    if (!got) co_return;
    pair.stream->try_write("x");
    pair.stream->try_shutdown_write();
}

struct Visit {
    bool served = false;
    bool resumed = false;
    std::optional<ClientCertificate> client;  ///< none: no certificate was asked for
    SessionPtr session;
};

class ClientVerifierTest : public testing::Test {
protected:
    Visit visit(const std::string& name, int version, const PemPair* certificate,
                SSL_SESSION* session = nullptr) {
        Visit visit;
        Result<HandshakeFacts> facts = fail(Err::internal);
        TlsPair pair(context);
        pair.run(accept_and_say_x(pair, facts), [&](Descriptor fd) {
            TlsClient client(std::move(fd), {.server_name = name,
                                             .version = version,
                                             .session = session,
                                             .certificate = certificate});
            if (!client.handshake()) return;
            visit.served = client.read_all() == "x";
            visit.resumed = client.resumed();
            visit.session = client.take_session();
        });
        if (facts && facts->client) visit.client = *facts->client;
        return visit;
    }
    void ask(const table::ClientCertificatePolicy& policy) {
        certificates.publish({"a.example", "b.example"},
                             {{"a.example", {.client_certificate = policy}}});
    }

    FakeClock clock;
    TicketSeed seed = TicketSeed::make(clock);
    Certificates certificates{{"a.example", "b.example"}};
    ServerContext context{{}, seed, certificates, clock};
};

struct ClientVerifierCase {
    const char* name;
    const char* source;
    const PemPair* certificate;
    table::ClientCertificatePolicy policy;
    const char* want;
};

table::ClientCertificatePolicy deep(int depth, const std::string& crl = {}) {
    table::ClientCertificatePolicy policy = policy_of(kRoot, crl);
    policy.depth = depth;
    return policy;
}

PemPair valid_from_to(std::chrono::hours age, std::chrono::hours validity) {
    return make_certificate(
        {.common_name = "web", .age = age, .validity = validity, .issuer = &kRoot});
}

using std::chrono::hours;
const PemPair kExpired = valid_from_to(hours(48), hours(-1));
const PemPair kNotYet = valid_from_to(hours(-1), hours(48));
const PemPair kSelfSigned = make_certificate({.common_name = "web"});
const PemPair kByMiddle = make_client("web", kMiddle);
const PemPair kByLower = make_client("web", kLower);
const PemPair kForServers =
    make_certificate({.extended_key_usage = "serverAuth", .issuer = &kRoot});
const PemPair kByNoAuthority = make_client("below", kClient);
const std::string kList = make_revocation_list(kRoot, {&kRevoked});
const std::string kOthersList = make_revocation_list(kOtherRoot, {&kRevoked});

constexpr const char* kVerify = "nginx: $ssl_client_verify";
constexpr const char* kDepth = "SSL_set_verify_depth(3): certificates between leaf and anchor";
constexpr const char* kCrl = "RFC 5280 6.3; nginx: ssl_crl";

/// Versions of OpenSSL differ in which they name.
constexpr const char* kSomeReason = "FAILED:";

const ClientVerifierCase kClientVerifierCases[] = {
    {"none", kVerify, nullptr, policy_of(kRoot), "NONE"},
    {"good", kVerify, &kClient, policy_of(kRoot), "SUCCESS"},
    {"of_another_authority", kVerify, &kStranger, policy_of(kRoot),
     "FAILED:self-signed certificate in certificate chain"},
    {"self_signed", kVerify, &kSelfSigned, policy_of(kRoot), "FAILED:self-signed certificate"},
    {"expired", "RFC 5280 6.1.3", &kExpired, policy_of(kRoot), "FAILED:certificate has expired"},
    {"not_yet_valid", "RFC 5280 6.1.3", &kNotYet, policy_of(kRoot),
     "FAILED:certificate is not yet valid"},
    {"not_for_clients", "RFC 5280 4.2.1.12", &kForServers, policy_of(kRoot),
     "FAILED:unsuitable certificate purpose"},
    {"signed_by_no_authority", "RFC 5280 4.2.1.9", &kByNoAuthority, policy_of(kRoot), kSomeReason},
    {"one_between_at_depth_1", kDepth, &kByMiddle, deep(1), "SUCCESS"},
    {"two_between_at_depth_1", kDepth, &kByLower, deep(1), kSomeReason},
    {"two_between_at_depth_2", kDepth, &kByLower, deep(2), "SUCCESS"},
    {"not_in_the_list", kCrl, &kClient, deep(1, kList), "SUCCESS"},
    {"in_the_list", kCrl, &kRevoked, deep(1, kList), "FAILED:certificate revoked"},
    {"in_the_list_that_is_not_asked", kCrl, &kRevoked, deep(1), "SUCCESS"},
    {"no_list_of_its_authority", kCrl, &kClient, deep(1, kOthersList),
     "FAILED:unable to get certificate CRL"},
    {"no_list_of_one_between", kCrl, &kByMiddle, deep(1, kList),
     "FAILED:unable to get certificate CRL"},
};

class Verification : public ClientVerifierTest,
                     public testing::WithParamInterface<ClientVerifierCase> {};

TEST_P(Verification, NeverEndsTheHandshake) {
    const ClientVerifierCase& c = GetParam();
    SCOPED_TRACE(c.source);
    ask(c.policy);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Visit first = visit("a.example", version, c.certificate);
        EXPECT_TRUE(first.served);
        ASSERT_TRUE(first.client.has_value());
        EXPECT_TRUE(first.client->verify.starts_with(c.want)) << first.client->verify;
        EXPECT_EQ(first.client->shown, c.certificate != nullptr);
        EXPECT_EQ(first.client->trusted, first.client->verify == "SUCCESS");
        EXPECT_EQ(first.client->asked_under, table::handshake_key(c.policy));

        ASSERT_TRUE(first.session);
        const Visit second = visit("a.example", version, nullptr, first.session.get());
        EXPECT_TRUE(second.resumed);
        ASSERT_TRUE(second.client.has_value());
        EXPECT_EQ(second.client->verify, first.client->verify) << "resumed";
        EXPECT_EQ(second.client->subject_dn, first.client->subject_dn);
        EXPECT_EQ(second.client->issuer_dn, first.client->issuer_dn);
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, Verification, testing::ValuesIn(kClientVerifierCases),
                         [](const auto& info) { return info.param.name; });

class ByVersion : public ClientVerifierTest, public testing::WithParamInterface<int> {};

TEST_P(ByVersion, WhatTheCertificateSays) {
    table::ClientCertificatePolicy policy = policy_of(kRoot);
    ask(policy);
    const Visit names = visit("a.example", GetParam(), &kClient);
    ASSERT_TRUE(names.client.has_value());
    EXPECT_EQ(names.client->subject_dn, "CN=web,O=Shop");
    EXPECT_EQ(names.client->issuer_dn, "CN=root");
    EXPECT_EQ(names.client->escaped_pem, "") << "kept only where a pod gets it";

    policy.pass_to_upstream = true;
    ask(policy);
    const Visit text = visit("a.example", GetParam(), &kClient);
    EXPECT_TRUE(text.client->escaped_pem.starts_with("-----BEGIN%20CERTIFICATE-----%0A"));
    const Visit again = visit("a.example", GetParam(), nullptr, text.session.get());
    ASSERT_TRUE(again.resumed);
    EXPECT_EQ(again.client->escaped_pem, text.client->escaped_pem);
}

TEST_P(ByVersion, NothingIsAskedOrKeptWhereNoHostAsks) {
    ask(policy_of(kRoot));
    const Visit other = visit("b.example", GetParam(), &kClient);
    EXPECT_TRUE(other.served);
    EXPECT_FALSE(other.client.has_value());
}

TEST_P(ByVersion, ASessionIsBoundToWhatItsClientWasVerifiedBy) {
    struct Change {
        const char* what;
        table::ClientCertificatePolicy policy;
        bool resumes;
    };
    table::ClientCertificatePolicy optional = policy_of(kRoot);
    optional.verification = table::ClientVerification::optional;
    const Change kChanges[] = {
        {"no change", policy_of(kRoot), true},
        {"judged otherwise, verified alike", optional, true},
        {"other authorities", policy_of(kOtherRoot), false},
        {"a revocation list", policy_of(kRoot, kList), false},
        {"a depth", deep(2), false},
        {"nothing asked", {}, false},
    };
    for (const Change& change : kChanges) {
        ask(policy_of(kRoot));
        const Visit first = visit("a.example", GetParam(), &kClient);
        ASSERT_TRUE(first.session);
        ask(change.policy);
        const Visit second = visit("a.example", GetParam(), &kClient, first.session.get());
        EXPECT_TRUE(second.served) << change.what;
        EXPECT_EQ(second.resumed, change.resumes) << change.what;
    }
}

TEST_P(ByVersion, ASessionWithoutCertificateDoesNotServeAHostThatAsks) {
    certificates.publish({"a.example"});
    const Visit before = visit("a.example", GetParam(), &kClient);
    ask(policy_of(kRoot));
    const Visit after = visit("a.example", GetParam(), &kClient, before.session.get());
    EXPECT_FALSE(after.resumed);
    ASSERT_TRUE(after.client.has_value());
    EXPECT_EQ(after.client->verify, "SUCCESS");
}

// nginx has OpenSSL's bound of 100 KiB; ours is beyond what real chains have (docs/bounds.md).
TEST_P(ByVersion, AChainHasABound) {
    ask(policy_of(kRoot));
    PemPair padded = kClient;
    while (padded.chain_pem.size() <
               2 * static_cast<std::size_t>(ClientVerifier::kMostChainBytes) &&
           padded.chain_pem.size() < 16 * 4096) {
        padded.chain_pem +=
            make_certificate({.alternatives = {"DNS:" + std::string(4000, 'a')}}).chain_pem;
    }
    EXPECT_FALSE(visit("a.example", GetParam(), &padded).served);
}

INSTANTIATE_TEST_SUITE_P(Versions, ByVersion, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& info) {
                             return info.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace breakwater::tls
