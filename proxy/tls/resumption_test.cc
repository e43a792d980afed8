// Sessions: who may resume where, and for how long.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "proxy/tls/stream.h"
#include "tests/support/fake_clock.h"
#include "tests/support/tls_client.h"
#include "tests/support/tls_pair.h"

namespace breakwater::tls {
namespace {

using test::Certificates;
using test::FakeClock;
using test::SessionPtr;
using test::TlsClient;
using test::TlsPair;

Task<void> accept_resumed(TlsPair& pair, Result<HandshakeFacts>& got) {
    got = co_await pair.stream->handshake(pair.soon());
    if (!got) co_return;
    pair.stream->try_write("x");
    pair.stream->try_shutdown_write();
}

struct ResumedVisit {
    bool resumed = false;
    SessionPtr session;  ///< for the next visit; null where none was offered
    std::string server_name;
};

class ResumptionTest : public testing::TestWithParam<int> {
protected:
    ResumedVisit visit(ServerContext& context, const std::string& name,
                       SSL_SESSION* session = nullptr) {
        ResumedVisit visit;
        Result<HandshakeFacts> facts = fail(Err::internal);
        TlsPair pair(context);
        pair.run(accept_resumed(pair, facts), [&](Descriptor fd) {
            TlsClient client(std::move(fd),
                             {.server_name = name, .version = GetParam(), .session = session});
            ASSERT_TRUE(client.handshake()) << client.error();
            EXPECT_EQ(client.read_all(), "x");
            visit.resumed = client.resumed();
            visit.session = client.take_session();
        });
        EXPECT_TRUE(facts.has_value());
        if (!facts) return visit;
        EXPECT_EQ(facts->resumed, visit.resumed) << "both sides agree";
        visit.server_name = facts->server_name;
        return visit;
    }

    FakeClock clock;
    TicketSeed seed = TicketSeed::make(clock);
    Certificates certificates{{"a.example", "b.example"}};
    ServerContext one{{}, seed, certificates, clock};
    ServerContext other{{}, seed, certificates, clock};
};

TEST_P(ResumptionTest, AnotherWorkerResumes) {
    const ResumedVisit first = visit(one, "a.example");
    EXPECT_FALSE(first.resumed);
    ASSERT_NE(first.session, nullptr);
    const ResumedVisit second = visit(other, "a.example", first.session.get());
    EXPECT_TRUE(second.resumed);
    EXPECT_EQ(second.server_name, "a.example");
}

TEST_P(ResumptionTest, AnotherProcessDoesNot) {
    ServerContext stranger({}, TicketSeed::make(clock), certificates, clock);
    const ResumedVisit first = visit(one, "a.example");
    EXPECT_FALSE(visit(stranger, "a.example", first.session.get()).resumed);
}

TEST_P(ResumptionTest, ASessionIsBoundToItsName) {  // RFC 6066 section 3
    const ResumedVisit first = visit(one, "a.example");
    EXPECT_FALSE(visit(one, "b.example", first.session.get()).resumed);
    EXPECT_FALSE(visit(one, "", first.session.get()).resumed);
    EXPECT_TRUE(visit(one, "A.example", first.session.get()).resumed);
}

TEST_P(ResumptionTest, ItOutlivesTheCertificateAndAChangeOfKeys) {
    const ResumedVisit first = visit(one, "a.example");
    certificates.publish({"a.example"});
    clock.advance(TicketKeys::kStep);
    const ResumedVisit second = visit(other, "a.example", first.session.get());
    EXPECT_TRUE(second.resumed);
    ASSERT_NE(second.session, nullptr) << "a ticket under the new key";
    clock.advance(TicketKeys::kStep);
    EXPECT_TRUE(visit(one, "a.example", second.session.get()).resumed);
    EXPECT_FALSE(visit(one, "a.example", first.session.get()).resumed) << "its key is gone";
}

// docs/decisions/session_tickets.md: processes whose Secrets agree.
TEST_P(ResumptionTest, AnotherProcessWithTheSameSeedResumes) {
    const auto secret = std::make_shared<table::TicketSecret>(
        table::TicketSecret{.name = "ns/tickets", .seed = "a seed of at least thirty-two bytes"});
    ServerContext stranger({}, TicketSeed::make(clock), certificates, clock);
    one.follow(secret);
    stranger.follow(std::make_shared<table::TicketSecret>(*secret));
    const ResumedVisit first = visit(one, "a.example");
    clock.advance(TicketKeys::kStep);
    const ResumedVisit second = visit(stranger, "a.example", first.session.get());
    EXPECT_TRUE(second.resumed);
    ASSERT_NE(second.session, nullptr) << "a ticket under the new key";
    EXPECT_TRUE(visit(one, "a.example", second.session.get()).resumed);

    auto changed = std::make_shared<table::TicketSecret>(*secret);
    changed->seed += " which has been changed";
    one.follow(changed);
    EXPECT_FALSE(visit(one, "a.example", second.session.get()).resumed) << "another seed";
    one.follow(nullptr);
    const ResumedVisit own = visit(one, "a.example");
    EXPECT_TRUE(visit(other, "a.example", own.session.get()).resumed) << "its own keys again";
}

// TLS 1.2 resumes with the suite that the session was made with, which OpenSSL does not hold against our
// list; that of TLS 1.3 is in every list.
TEST_P(ResumptionTest, OnlyWithASuiteThatTheHostHasNow) {  // ssl-ciphers
    const bool tls12 = GetParam() == TLS1_2_VERSION;
    const auto publish = [this](const std::string& list) {
        certificates.publish({"a.example", "b.example"},
                             {{"a.example", {.ciphers = {list, true}}}});
    };
    publish("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384");
    const ResumedVisit first = visit(one, "a.example");
    EXPECT_FALSE(first.resumed);
    publish("ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256");
    const ResumedVisit second = visit(one, "a.example", first.session.get());
    EXPECT_TRUE(second.resumed) << "it has it still";
    publish("ECDHE-ECDSA-AES256-GCM-SHA384");
    const ResumedVisit third = visit(one, "a.example", second.session.get());
    EXPECT_EQ(third.resumed, !tls12);
    const ResumedVisit fourth = visit(one, "a.example", third.session.get());
    EXPECT_TRUE(fourth.resumed) << "made under this list";

    publish("");
    one.follow({.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305"});
    const ResumedVisit fifth = visit(one, "a.example", fourth.session.get());
    EXPECT_EQ(fifth.resumed, !tls12) << "the ConfigMap's list counts, too";
}

TEST_P(ResumptionTest, WithoutTicketsThereIsNone) {
    ServerContext without({.session_tickets = false}, seed, certificates, clock);
    const ResumedVisit first = visit(without, "a.example");
    if (first.session) EXPECT_FALSE(visit(without, "a.example", first.session.get()).resumed);
    const ResumedVisit elsewhere = visit(one, "a.example");
    EXPECT_FALSE(visit(without, "a.example", elsewhere.session.get()).resumed);
}

INSTANTIATE_TEST_SUITE_P(Versions, ResumptionTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& info) {
                             return info.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace breakwater::tls
