// Which client is shown which response: RFC 6066 section 8, RFC 8446 section 4.4.2.1.

#include "proxy/tls/staples.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "proxy/tls/server_context.h"
#include "proxy/tls/stream.h"
#include "tests/support/fake_clock.h"
#include "tests/support/tls_client.h"
#include "tests/support/tls_pair.h"

namespace breakwater::tls {
namespace {

using std::chrono::hours;
using test::Certificates;
using test::TlsClient;
using test::TlsClientOptions;
using test::TlsPair;

Task<void> accept(TlsPair& pair) {
    Result<HandshakeFacts> got = co_await pair.stream->handshake(pair.soon());
    EXPECT_TRUE(got.has_value());
    if (!got) co_return;
    pair.stream->try_write("x");
    pair.stream->try_shutdown_write();
}

class StaplesTest : public testing::TestWithParam<int> {
protected:
    /// What a client that asks for it is shown, and its session.
    std::string stapled(TlsClientOptions options = {}) {
        options.server_name = "a.example";
        options.version = GetParam();
        std::string shown;
        TlsPair pair(context);
        pair.run(accept(pair), [&](Descriptor fd) {
            TlsClient client(std::move(fd), options);
            ASSERT_TRUE(client.handshake()) << client.error();
            EXPECT_EQ(client.read_all(), "x");
            shown = client.stapled();
            resumed = client.resumed();
            session = client.take_session();
        });
        return shown;
    }
    static constexpr TlsClientOptions asking() { return {.status = true}; }
    void put(const std::shared_ptr<const ServerCertificate>& certificate, std::string response) {
        context.staples().put(std::make_shared<Staple>(
            Staple{certificate, std::move(response), clock.wall() + hours(1)}));
    }
    const CertificateIndex::Shown& shown() { return certificates.certificates().find("a.example"); }

    test::FakeClock clock;
    Certificates certificates{{"a.example"}};
    ServerContext context{{.ocsp = true}, TicketSeed::make(clock), certificates, clock};
    bool resumed = false;
    test::SessionPtr session;
};

TEST_P(StaplesTest, GoToWhoAsks) {
    EXPECT_EQ(stapled(asking()), "");
    put(shown().certificate, "response");
    EXPECT_EQ(stapled(asking()), "response");
    EXPECT_EQ(stapled(), "");
    put(shown().certificate, "newer");
    EXPECT_EQ(stapled(asking()), "newer");
    context.staples().drop(*shown().certificate);
    EXPECT_EQ(stapled(asking()), "");
}

TEST_P(StaplesTest, AreShownUntilTheyEnd) {
    put(shown().certificate, "response");
    clock.advance(hours(1) - std::chrono::seconds(1));
    EXPECT_EQ(stapled(asking()), "response");
    clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(stapled(asking()), "");
}

TEST_P(StaplesTest, AreThoseOfTheCertificateThatIsShown) {
    certificates.publish_pair("a.example");
    put(shown().certificate, "of the curve");
    put(shown().rsa, "of RSA");
    TlsClientOptions rsa_only = asking();
    rsa_only.signatures = "rsa_pss_rsae_sha256:rsa_pkcs1_sha256";
    rsa_only.ciphers = "ECDHE-RSA-AES128-GCM-SHA256";
    EXPECT_EQ(stapled(asking()), "of the curve");
    EXPECT_EQ(stapled(rsa_only), "of RSA");
    context.staples().drop(*shown().rsa);
    EXPECT_EQ(stapled(rsa_only), "");
}

TEST_P(StaplesTest, AreOfNoUseToAnotherCertificateOfThatName) {
    put(shown().certificate, "response");
    certificates.publish({"a.example"});
    EXPECT_EQ(stapled(asking()), "");
}

TEST_P(StaplesTest, StandBesideNoResumption) {
    put(shown().certificate, "response");
    EXPECT_EQ(stapled(asking()), "response");
    const test::SessionPtr before = std::move(session);
    TlsClientOptions again = asking();
    again.session = before.get();
    EXPECT_EQ(stapled(again), "");
    EXPECT_TRUE(resumed);
}

/// Such a host's handshake is given another SSL_CTX: docs/decisions/host_ciphers.md.
TEST_P(StaplesTest, AreShownByAHostWithSuitesOfItsOwn) {
    certificates.publish({"a.example"},
                         {{"a.example", {.ciphers = {"ECDHE-ECDSA-AES256-GCM-SHA384", true}}}});
    put(shown().certificate, "response");
    EXPECT_EQ(stapled(asking()), "response");
}

TEST_P(StaplesTest, AreShownOnlyWhereTheSettingSaysSo) {
    put(shown().certificate, "response");
    context.follow(table::TlsSettings{});
    EXPECT_EQ(stapled(asking()), "");
    context.follow(table::TlsSettings{.ocsp = true});
    EXPECT_EQ(stapled(asking()), "response");
}

INSTANTIATE_TEST_SUITE_P(Versions, StaplesTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& info) {
                             return info.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace breakwater::tls
