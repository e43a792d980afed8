// When a reflector waits, for how long, and how it ends; and what bounds its memory.

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "controller/kube/reflector_fixture.h"

namespace breakwater::kube {
namespace {

using namespace std::chrono_literals;
using End = FakeReply::End;
using Texts = std::vector<std::string>;

const FakeReply kEmptyList = small_list();

TEST(Reflector, WatchThatNeverSpeaksEndsInAList) {
    // A server whose store was set back: 200, and then nothing, for ever.
    FakeApi api({kEmptyList, stream("", End::hang), list_of({object("b", 3)}, 7)});
    Pace pace = quick();
    pace.stall = 20ms;
    Running running(api, pace);
    const Texts asked = asked_of(api, 4);
    EXPECT_EQ(Texts(asked.begin(), asked.begin() + 4),
              (Texts{"list", "watch 10", "list", "watch 7"}));
    running.end();
    ASSERT_GE(running.notes.lines().size(), 2U);
    EXPECT_EQ(running.notes.lines()[1], "list b");
}

TEST(Reflector, SaysOnceThatNoWatchEverSpeaks) {
    std::vector<FakeReply> replies;
    for (int stalls = 0; stalls < 7; ++stalls) {
        replies.push_back(kEmptyList);
        replies.push_back(stream("", End::hang));
    }
    replies.insert(replies.end(), {kEmptyList, stream(bookmark(11))});
    FakeApi api(replies);
    Pace pace = quick();
    pace.stall = 20ms;
    Running running(api, pace);
    api.wait_for(replies.size() + 1);
    running.end();
    EXPECT_EQ(running.said, (Texts{"+Service", "-Service"}));
}

TEST(Reflector, ThatAWatchIsSilentNowAndThenIsNotSaid) {
    FakeApi api({kEmptyList, stream("", End::hang), kEmptyList, stream("", End::hang), kEmptyList,
                 stream(bookmark(11)), stream("", End::hang), kEmptyList});
    Pace pace = quick();
    pace.stall = 20ms;
    Running running(api, pace);
    api.wait_for(9);
    running.end();
    EXPECT_EQ(running.said, Texts{});
}

TEST(Reflector, AnExpiredVersionIsListedAgainWithoutWaiting) {
    FakeApi api(
        {kEmptyList, refusal(410, "Expired"), kEmptyList, refusal(410, "Expired"), kEmptyList});
    Pace pace = quick();
    pace.first = pace.most = 1h;
    Running running(api, pace);
    EXPECT_EQ(asked_of(api, 6),
              (Texts{"list", "watch 10", "list", "watch 10", "list", "watch 10"}));
}

TEST(Reflector, ListThatIsNeverAnsweredIsAskedAgain) {
    const FakeReply in_its_middle =
        stream(R"({"metadata":{"resourceVersion":"1"},"items":[)", End::hang);
    for (const FakeReply& stalled : {stream("", End::silent), in_its_middle}) {
        FakeApi api({stalled, kEmptyList});
        Pace pace = quick();
        pace.list_time = 20ms;
        Running running(api, pace);
        EXPECT_EQ(asked_of(api, 3), (Texts{"list", "list", "watch 10"}));
        running.end();
        EXPECT_EQ(running.said, (Texts{"+API server", "-API server"}));
    }
}

TEST(Reflector, WatchThatEndsInTimeGoesOnWithoutAWord) {
    FakeApi api({kEmptyList, stream(""), stream(""), stream("")});
    Pace pace = quick();
    pace.short_watch = 0ms;
    Running running(api, pace);
    EXPECT_EQ(asked_of(api, 5), (Texts{"list", "watch 10", "watch 10", "watch 10", "watch 10"}));
    running.end();
    EXPECT_EQ(running.said, Texts{});
}

TEST(Reflector, ToldOnceThatAnOptionalKindIsForbidden) {
    FakeApi api({refusal(403, "Forbidden"), refusal(403, "Forbidden"), kEmptyList,
                 refusal(403, "Forbidden"), stream(bookmark(11))});
    Running running(api, quick(), {Kind::ingress_class, "", "", true});
    EXPECT_EQ(asked_of(api, 6).size(), 6U);
    running.end();
    EXPECT_EQ(running.notes.lines(),
              (Texts{"missing right: list ingressclasses.networking.k8s.io: why", "list a"}));
    EXPECT_EQ(running.said, (Texts{"+IngressClass", "-IngressClass"})) << "what was read stays";
}

TEST(Reflector, PageThatIsTooLargeIsAskedForInSmallerOnes) {
    FakeApi api({stream(std::string(Reflector::kMaxPageBytes + 1, ' ')), kEmptyList});
    Running running(api);
    const auto asked = api.wait_for(3);
    ASSERT_EQ(asked.size(), 3U);
    EXPECT_TRUE(asked[0].target.contains("limit=500")) << asked[0].target;
    EXPECT_TRUE(asked[1].target.contains("limit=125")) << asked[1].target;
    running.end();
    EXPECT_EQ(running.notes.lines(), Texts{"list a"});
}

TEST(Reflector, LineWithoutAnEndCostsTheWatch) {
    FakeApi api({kEmptyList, stream(std::string(Reflector::kMaxLineBytes + 1, 'x'), End::hang),
                 kEmptyList});
    Running running(api);
    EXPECT_EQ(asked_of(api, 4), (Texts{"list", "watch 10", "list", "watch 10"}));
    running.end();
    EXPECT_EQ(running.said, Texts{"+Service"});
}

TEST(Reflector, NamesTheMissingRight) {
    FakeApi api({refusal(403, "Forbidden")});
    Running running(api, quick(), {Kind::ingress, "shop", ""});
    api.wait_for(2);
    running.end();
    EXPECT_EQ(running.reasons,
              Texts{"missing right: list ingresses.networking.k8s.io in namespace shop: why"});
}

TEST(Reflector, UnreachableServerIsSaidOnce) {
    std::string url;
    Texts said;
    Notes notes;
    {
        const FakeApi gone(std::vector<FakeReply>{});
        url = gone.url();
    }
    std::mutex mutex;
    std::condition_variable heard;
    Complaints complaints("API server", [&](const Complaints::Line& line) {
        const std::scoped_lock lock(mutex);
        said.push_back(line.what);
        heard.notify_all();
    });
    Access access;
    access.cluster.url = url;
    Credentials credentials(access);
    Reflector services({Kind::service, "", ""}, credentials, complaints, notes, quick(), 1);
    Reflector secrets({Kind::secret, "", ""}, credentials, complaints, notes, quick(), 2);
    {
        const std::jthread one([&](const std::stop_token& stop) { services.run(stop); });
        const std::jthread two([&](const std::stop_token& stop) { secrets.run(stop); });
        std::unique_lock lock(mutex);
        ASSERT_TRUE(heard.wait_for(lock, 10s, [&] { return !said.empty(); }));
    }
    EXPECT_EQ(said, Texts{"API server"});
    EXPECT_EQ(notes.lines(), Texts{});
}

TEST(Reflector, StopsAtOnceWhereverItWaits) {
    for (const End end : {End::silent, End::hang}) {
        FakeApi api({kEmptyList, stream("", end)});
        Running running(api);
        ASSERT_EQ(api.wait_for(2).size(), 2U);
        const auto began = std::chrono::steady_clock::now();
        running.end();
        EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
    }
    FakeApi api({refusal(500, "InternalError")});
    Pace pace = quick();
    pace.first = pace.most = 1h;
    Running running(api, pace);
    ASSERT_EQ(api.wait_for(1).size(), 1U);
    const auto began = std::chrono::steady_clock::now();
    running.end();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
}

TEST(Reflector, CredentialsThatCannotBeReadAreSaidAndTriedAgain) {
    FakeApi api({kEmptyList});
    Notes notes;
    std::mutex mutex;
    std::condition_variable heard;
    Texts said;
    Complaints complaints("API server", [&](const Complaints::Line& line) {
        const std::scoped_lock lock(mutex);
        said.push_back(line.reason);
        heard.notify_all();
    });
    Access access;
    access.cluster.url = api.url();
    access.user.token_file = "/nonexistent/token";
    Credentials credentials(access);
    Reflector reflector({Kind::service, "", ""}, credentials, complaints, notes, quick(), 1);
    {
        const std::jthread thread([&](const std::stop_token& stop) { reflector.run(stop); });
        std::unique_lock lock(mutex);
        ASSERT_TRUE(heard.wait_for(lock, 10s, [&] { return !said.empty(); }));
    }
    EXPECT_EQ(said, Texts{"/nonexistent/token cannot be read: No such file or directory"});
}

}  // namespace
}  // namespace breakwater::kube
