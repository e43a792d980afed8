// The elector against an API server that says what it is told to.

#include "controller/election/elector.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "controller/kube/fake_api.h"

namespace breakwater::election {
namespace {

using namespace std::chrono_literals;
using kube::FakeApi;
using kube::FakeReply;
using kube::FakeRequest;
using nlohmann::json;
using Texts = std::vector<std::string>;

FakeReply refusal(int code, std::string_view reason) {
    return {.body = fmt::format(R"({{"kind":"Status","reason":"{}","message":"why"}})", reason),
            .status = code,
            .fields = {}};
}
FakeReply lease(std::string_view holder, int version) {
    return {
        .body = fmt::format(
            R"({{"metadata":{{"name":"leader","resourceVersion":"{}"}},)"
            R"("spec":{{"holderIdentity":"{}","leaseDurationSeconds":10,"leaseTransitions":1}}}})",
            version, holder),
        .fields = {}};
}

/// Takes part as `self`, once for each attempt.
struct Round {
    explicit Round(std::vector<FakeReply> replies) : api(std::move(replies)) {}

    Time attempt() { return elector.attempt(stop.get_token()); }
    /// `GET`, `PUT self 7`: method, holder and version of what was sent.
    Texts asked(std::size_t count) {
        Texts out;
        for (const FakeRequest& request : api.wait_for(count)) {
            std::string line = request.method;
            if (!request.body.empty()) {
                const json body = json::parse(request.body);
                line += " " + body["spec"]["holderIdentity"].get<std::string>();
                line += " " + body["metadata"].value("resourceVersion", "new");
            }
            out.push_back(line);
        }
        return out;
    }
    kube::Access access() const {
        kube::Access to;
        to.cluster.url = api.url();
        return to;
    }

    FakeApi api;
    std::stop_source stop;
    Texts said;
    std::vector<bool> changes;
    kube::Credentials credentials{access()};
    kube::Complaints complaints{
        "API server", [this](const kube::Complaints::Line& line) {
            said.push_back(line.wrong ? line.what + ": " + line.reason : line.what + " is well");
        }};
    Elector elector{{.namespace_name = "ns", .name = "leader", .identity = "self", .rhythm = {10s}},
                    credentials,
                    complaints,
                    [this](bool leads) { changes.push_back(leads); }};
};

TEST(Elector, TakesAFreeLeaseAndRenewsItWithoutReading) {
    Round round({lease("", 7), lease("self", 8), lease("self", 9)});
    round.attempt();
    EXPECT_TRUE(round.elector.leads());
    round.attempt();
    EXPECT_EQ(round.asked(3), (Texts{"GET", "PUT self 7", "PUT self 8"}));
    EXPECT_EQ(round.changes, std::vector<bool>{true});
    EXPECT_EQ(round.said, Texts{});
}

TEST(Elector, MakesALeaseThatIsMissing) {
    Round round(
        {refusal(404, "NotFound"), {.body = lease("self", 1).body, .status = 201, .fields = {}}});
    round.attempt();
    EXPECT_TRUE(round.elector.leads());
    EXPECT_EQ(round.asked(2), (Texts{"GET", "POST self new"}));
    EXPECT_EQ(round.api.wait_for(2)[1].target, "/apis/coordination.k8s.io/v1/namespaces/ns/leases");
}

TEST(Elector, SaysOnceThatItMayNotMakeOneAndTakesItWhenItIsThere) {
    Round round({refusal(404, "NotFound"), refusal(403, "Forbidden"), refusal(404, "NotFound"),
                 refusal(403, "Forbidden"), lease("", 7), lease("self", 8)});
    round.attempt();
    round.attempt();
    EXPECT_FALSE(round.elector.leads());
    round.attempt();
    EXPECT_TRUE(round.elector.leads());
    EXPECT_EQ(round.said,
              (Texts{"Lease ns/leader: missing right: create leases.coordination.k8s.io in "
                     "namespace ns: why",
                     "Lease ns/leader is well"}));
}

TEST(Elector, SaysOnceOfEachRightThatItIsMissing) {
    Round round({refusal(403, "Forbidden"), lease("", 7), refusal(403, "Forbidden"), lease("", 7),
                 refusal(403, "Forbidden"), lease("", 7), lease("self", 8)});
    for (int attempt = 0; attempt < 4; ++attempt) round.attempt();
    EXPECT_TRUE(round.elector.leads());
    const std::string where = " leases.coordination.k8s.io in namespace ns: why";
    EXPECT_EQ(round.said,
              (Texts{"Lease ns/leader: missing right: get" + where,
                     "Lease ns/leader: missing right: update" + where, "Lease ns/leader is well"}));
}

TEST(Elector, FollowsAnother) {
    Round round({lease("other", 7), lease("other", 7)});
    round.attempt();
    round.attempt();
    EXPECT_FALSE(round.elector.leads());
    EXPECT_EQ(round.asked(2), (Texts{"GET", "GET"}));
    EXPECT_EQ(round.said, Texts{});
}

TEST(Elector, YieldsToOneWhoWasFaster) {
    Round round({lease("", 7), refusal(409, "Conflict"), lease("other", 8)});
    round.attempt();
    EXPECT_FALSE(round.elector.leads());
    EXPECT_EQ(round.asked(3), (Texts{"GET", "PUT self 7", "GET"}));
    EXPECT_EQ(round.said, Texts{});
}

TEST(Elector, RenewsALeaseThatSomebodyHasLabelled) {
    Round round({lease("", 7), lease("self", 8), refusal(409, "Conflict"), lease("self", 9),
                 lease("self", 10)});
    round.attempt();
    round.attempt();
    EXPECT_TRUE(round.elector.leads());
    EXPECT_EQ(round.asked(5), (Texts{"GET", "PUT self 7", "PUT self 8", "GET", "PUT self 9"}));
}

TEST(Elector, LooksFirstAfterARenewalWithoutAnAnswer) {
    Round round({lease("", 7), lease("self", 8), refusal(500, "InternalError"), lease("self", 9),
                 lease("self", 10)});
    round.attempt();
    round.attempt();
    EXPECT_TRUE(round.elector.leads());  // until the renew deadline
    round.attempt();
    EXPECT_EQ(round.asked(5), (Texts{"GET", "PUT self 7", "PUT self 8", "GET", "PUT self 9"}));
}

TEST(Elector, LetsGoOnlyOfWhatItHolds) {
    {
        Round round({lease("", 7), lease("self", 8), lease("", 9)});
        round.attempt();
        round.elector.stop({});
        EXPECT_FALSE(round.elector.leads());
        EXPECT_EQ(round.asked(3), (Texts{"GET", "PUT self 7", "PUT  8"}));
    }
    Round round({lease("other", 7)});
    round.attempt();
    round.elector.stop({});
    EXPECT_EQ(round.asked(1), Texts{"GET"});
}

}  // namespace
}  // namespace breakwater::election
