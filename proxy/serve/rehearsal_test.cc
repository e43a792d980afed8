#include "proxy/serve/rehearsal.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "proxy/base/crypto/self_signed.h"
#include "proxy/serve/compile.h"

namespace breakwater::serve {
namespace {

/// One host, a.example, with one path, `/`, and one endpoint.
class RehearsalTest : public testing::Test {
protected:
    RehearsalTest() {
        table::Location& location = host_.locations.emplace_back();
        host_.name = "a.example";
        location.origin = {"shop", "front", "web", "80"};
        location.backend = "shop-web-80";
    }

    Outcome rehearsed(const std::string& head, bool tls = false) {
        table::RoutingTable table;
        table.catch_all = std::make_shared<table::Host>();
        table.hosts.push_back(std::make_shared<table::Host>(host_));
        table.backends.put(
            {.name = "shop-web-80", .endpoints = {{{IpAddress::v4({10, 0, 0, 1}), 80}}}});
        const crypto::PemPair pair = crypto::make_self_signed();
        routes_ =
            compile(std::make_shared<table::RoutingTable>(std::move(table)), nullptr,
                    {.self_made = *tls::ServerCertificate::load(pair.chain_pem, pair.key_pem)});
        return rehearse(routes_, {.head = head, .tls = tls});
    }

    table::Host host_;
    std::shared_ptr<const CompiledTable> routes_;
};

TEST_F(RehearsalTest, ARequestForThePods) {
    const Outcome outcome = rehearsed("GET /x//y?z HTTP/1.1\r\nHost: A.example:80\r\n\r\n");
    EXPECT_EQ(outcome.host, "a.example");
    EXPECT_EQ(outcome.path, "/x/y");
    ASSERT_NE(outcome.route, nullptr);
    EXPECT_EQ(outcome.route->location->origin.ingress, "front");
    EXPECT_EQ(outcome.answered_by, nullptr);
    EXPECT_EQ(outcome.status, 0);
}

TEST_F(RehearsalTest, AFilterAnswers) {
    host_.locations[0].policies.https_redirect.enabled = true;
    const Outcome outcome = rehearsed("GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n");
    ASSERT_NE(outcome.answered_by, nullptr);
    EXPECT_EQ(outcome.answered_by->name(), "https_redirect");
    EXPECT_EQ(outcome.status, 308);
    EXPECT_EQ(outcome.location, "https://a.example/x");
    EXPECT_EQ(rehearsed("GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n", true).status, 0);
}

TEST_F(RehearsalTest, AFilterRefuses) {
    host_.locations[0].backend.clear();
    const Outcome outcome = rehearsed("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    ASSERT_NE(outcome.answered_by, nullptr);
    EXPECT_EQ(outcome.answered_by->name(), "ready_endpoint");
    EXPECT_EQ(outcome.status, 503);
    EXPECT_EQ(outcome.error, "no_endpoint");
}

TEST_F(RehearsalTest, AHeadThatNoServerTakes) {
    const Outcome outcome = rehearsed("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(outcome.route, nullptr);
    EXPECT_EQ(outcome.error, "bad_host");
    EXPECT_EQ(outcome.status, 400);
}

TEST_F(RehearsalTest, APathThatLeadsOut) {
    const Outcome outcome = rehearsed("GET /../x HTTP/1.1\r\nHost: a.example\r\n\r\n");
    EXPECT_EQ(outcome.route, nullptr);
    EXPECT_EQ(outcome.error, "bad_target");
}

TEST_F(RehearsalTest, TheMethodCounts) {
    const Outcome outcome = rehearsed("TRACE / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    EXPECT_EQ(outcome.answered_by, nullptr);
    EXPECT_EQ(outcome.error, "method_refused");
}

}  // namespace
}  // namespace breakwater::serve
