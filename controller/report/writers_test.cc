// The writers of status and Events against an API server that says what it is told to.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <semaphore>
#include <string>
#include <vector>

#include "controller/kube/fake_api.h"
#include "controller/report/event_writer.h"
#include "controller/report/status_writer.h"
#include "proxy/base/log.h"
#include "tests/support/fake_clock.h"

namespace breakwater::report {
namespace {

using namespace std::chrono_literals;
using kube::FakeApi;
using kube::FakeReply;
using kube::FakeRequest;
using nlohmann::json;

FakeReply reply(std::string body, int status = 200) {
    return {.body = std::move(body), .status = status, .fields = {}};
}
FakeReply refusal(int code, std::string_view reason) {
    return reply(fmt::format(R"({{"reason":"{}","message":"why"}})", reason), code);
}

kube::Ingress ingress(const char* name, Addresses addresses = {}) {
    kube::Ingress out;
    out.meta.namespace_name = "shop";
    out.meta.name = name;
    out.meta.uid = std::string("uid-") + name;
    out.ingress_class_name = "nginx";
    out.status.addresses = std::move(addresses);
    return out;
}

/// Objects that a test changes.
class Fixed final : public source::Source {
public:
    std::expected<void, std::string> start(source::Listener&) override { return {}; }
    void stop() override {}
    source::Snapshot snapshot() const override {
        const std::scoped_lock lock(mutex_);
        return {objects_, source::Extent::whole};
    }
    void put(kube::Ingress one) {
        const std::scoped_lock lock(mutex_);
        objects_.ingresses.put(std::move(one));
    }
    Fixed() {
        kube::IngressClass nginx;
        nginx.meta.name = "nginx";
        nginx.controller = "k8s.io/ingress-nginx";
        objects_.ingress_classes.put(std::move(nginx));
    }

private:
    mutable std::mutex mutex_;
    kube::Objects objects_;
};

/// What both need: a server, and what is said about it.
struct Cluster {
    explicit Cluster(FakeApi::Answer answer) : api(std::move(answer)) {}

    kube::Access access() const {
        kube::Access to;
        to.cluster.url = api.url();
        return to;
    }

    FakeApi api;
    std::vector<std::string> said;
    std::atomic<int> lines{0};
    kube::Credentials credentials{access()};
    kube::Complaints complaints{
        "API server", [this](const kube::Complaints::Line& line) {
            said.push_back(line.wrong ? line.what + ": " + line.reason : line.what + " is well");
            ++lines;
        }};
};

using Ingresses = std::vector<std::shared_ptr<const kube::Ingress>>;

std::shared_ptr<const kube::Ingress> shared(kube::Ingress one) {
    return std::make_shared<const kube::Ingress>(std::move(one));
}

StatusOptions to_address() {
    return {.addresses = {.publish_service = {},
                          .publish_status_address = "192.0.2.1",
                          .node_internal_ip = false,
                          .own_pod = {"ns", "one"}},
            .interval = 1h};
}

TEST(StatusWriter, WritesWhereItDiffersAndNothingElse) {
    Cluster cluster([](const FakeRequest&) { return reply("{}"); });
    const Ingresses all{shared(ingress("has", {{"192.0.2.1", {}}})),
                        shared(ingress("other", {{"192.0.2.9", {}}}))};
    StatusWriter writer(
        to_address(), [&] { return std::optional(all); }, [] { return true; }, cluster.credentials,
        cluster.complaints);
    writer.start();
    const FakeRequest request = cluster.api.wait_for(1).at(0);
    EXPECT_EQ(request.method, "PATCH");
    EXPECT_EQ(request.target, "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/other/status");
    EXPECT_EQ(request.content_type, "application/json-patch+json");
    EXPECT_EQ(
        request.body,
        R"([{"op":"test","path":"/metadata/uid","value":"uid-other"},)"
        R"({"op":"test","path":"/spec/ingressClassName","value":"nginx"},)"
        R"({"op":"add","path":"/status","value":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}])");
}

TEST(StatusWriter, DoesNotWriteWhereItDoesNotLead) {
    Cluster cluster([](const FakeRequest&) { return reply("{}"); });
    std::atomic<int> asked = 0;
    StatusWriter writer(
        to_address(), [&] { return std::optional(Ingresses{shared(ingress("a"))}); },
        [&] { return ++asked > 1; }, cluster.credentials, cluster.complaints);
    writer.start();
    while (asked == 0) std::this_thread::yield();
    writer.wake();  // it leads by now
    EXPECT_EQ(cluster.api.wait_for(1).size(), 1U);
    EXPECT_GE(asked.load(), 2);
}

TEST(StatusWriter, LooksForAddressesNoMoreOftenThanTheyMayChange) {
    Cluster cluster([](const FakeRequest&) {
        return reply(R"({"spec":{"type":"NodePort","clusterIP":"10.0.0.1"}})");
    });
    StatusOptions options = to_address();
    options.addresses.publish_status_address.clear();
    options.addresses.publish_service = kube::Key{"ns", "front"};
    std::atomic<int> walks = 0;
    const auto ours = [&] {
        const bool first = walks++ == 0;
        return std::optional(first ? Ingresses{} : Ingresses{shared(ingress("a"))});
    };
    StatusWriter writer(
        options, ours, [] { return true; }, cluster.credentials, cluster.complaints);
    writer.start();
    while (walks == 0) std::this_thread::yield();
    writer.wake();
    const auto requests = cluster.api.wait_for(2);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].target, "/api/v1/namespaces/ns/services/front");
    EXPECT_EQ(requests[1].method, "PATCH");
}

TEST(StatusWriter, GoesOnAfterAnIngressThatIsAnotherByNow) {
    Cluster cluster([](const FakeRequest& request) {
        return request.target.contains("/gone/") ? refusal(422, "Invalid") : reply("{}");
    });
    const Ingresses all{shared(ingress("gone")), shared(ingress("there"))};
    StatusWriter writer(
        to_address(), [&] { return std::optional(all); }, [] { return true; }, cluster.credentials,
        cluster.complaints);
    writer.start();
    EXPECT_TRUE(cluster.api.wait_for(2).at(1).target.contains("/there/"));
    writer.stop({});
    EXPECT_EQ(cluster.said, std::vector<std::string>{});
}

TEST(StatusWriter, SaysOnceThatItMayNot) {
    Cluster cluster([](const FakeRequest&) { return refusal(403, "Forbidden"); });
    const Ingresses all{shared(ingress("a")), shared(ingress("b"))};
    StatusWriter writer(
        to_address(), [&] { return std::optional(all); }, [] { return true; }, cluster.credentials,
        cluster.complaints);
    writer.start();
    while (cluster.lines == 0) std::this_thread::yield();
    std::stop_source at_once;
    at_once.request_stop();
    writer.stop(at_once.get_token());
    const char* const want =
        "status of Ingresses: missing right: patch ingresses.networking.k8s.io/status in namespace "
        "shop: why";
    EXPECT_EQ(cluster.said, std::vector<std::string>{want});
    EXPECT_EQ(cluster.api.wait_for(1).size(), 1U);  // nor is the next one asked for
}

/// Our pod and perhaps another one.
FakeReply pods(const FakeRequest& request, std::string_view others) {
    const std::string self =
        R"({"metadata":{"name":"one","labels":{"app":"a"}},"status":{"phase":"Running"}})";
    if (request.target.ends_with("/pods/one")) return reply(self);
    if (request.target.contains("/pods?"))
        return reply(fmt::format(R"({{"items":[{}{}]}})", self, others));
    return reply("{}");
}

/// The requests that come when a leader that had written its address ends.
std::vector<FakeRequest> farewell(std::string_view others, bool clear) {
    Cluster cluster([others](const FakeRequest& request) { return pods(request, others); });
    const Ingresses all{shared(ingress("ours", {{"192.0.2.1", {}}})),
                        shared(ingress("foreign", {{"192.0.2.9", {}}}))};
    StatusOptions options = to_address();
    options.clear_on_shutdown = clear;
    StatusWriter writer(
        options, [&] { return std::optional(all); }, [] { return true; }, cluster.credentials,
        cluster.complaints);
    writer.start();
    cluster.api.wait_for(1);  // `foreign` is ours, too, and gets our address
    writer.stop({});
    auto requests = cluster.api.wait_for(1);
    requests.erase(requests.begin());
    return requests;
}

TEST(StatusWriter, LastReplicaTakesItsAddressesBack) {
    const auto requests = farewell("", true);
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_TRUE(requests[1].target.contains("labelSelector=app%3Da"));
    EXPECT_TRUE(requests[2].target.contains("/ours/status"));
    EXPECT_TRUE(requests[2].body.contains(R"("value":{"loadBalancer":{}})"));
}

TEST(StatusWriter, LeavesThemToAnotherReplica) {
    const auto requests =
        farewell(R"(,{"metadata":{"name":"two"},"status":{"phase":"Pending"}})", true);
    EXPECT_EQ(requests.size(), 2U);
}

TEST(StatusWriter, AReplicaThatEndsAsWellIsNone) {
    const auto requests = farewell(
        R"(,{"metadata":{"name":"two","deletionTimestamp":"x"},"status":{"phase":"Running"}})",
        true);
    EXPECT_EQ(requests.size(), 3U);
}

TEST(StatusWriter, LeavesThemWhereItIsToldTo) { EXPECT_EQ(farewell("", false).size(), 0U); }

std::shared_ptr<const table::Findings> one_finding() {
    return std::make_shared<const table::Findings>(table::Findings{
        {{"Ingress", "shop", "site"}, "spec", "is wrong", table::Severity::error},
        {{"Secret", "shop", "missing"}, "", "does not exist", table::Severity::error}});
}

/// A writer of Events that has not begun yet.
struct Silent : Cluster {
    explicit Silent(FakeApi::Answer answer, const Clock& clock = system_clock(),
                    TokenBucket pace = EventOptions{}.pace)
        : Cluster(std::move(answer)),
          writer(
              {.instance = "one", .sync_events = true, .translation = {}, .pace = pace}, source,
              [this] {
                  ++looks;
                  return leads.load();
              },
              credentials, complaints, clock) {}

    /// What goes on now has ended, and another look has begun.
    void look_again() {
        const int before = looks;
        writer.wake();
        while (looks == before) std::this_thread::yield();
    }

    Fixed source;
    std::atomic<bool> leads = true;
    std::atomic<int> looks{0};
    EventWriter writer;
};

/// One that is at it, with findings about Ingresses that are there.
struct Speaker : Silent {
    explicit Speaker(FakeApi::Answer answer, const Clock& clock = system_clock())
        : Speaker(std::move(answer), clock, {ingress("site")}, one_finding()) {}
    Speaker(FakeApi::Answer answer, const Clock& clock, std::vector<kube::Ingress> ingresses,
            std::shared_ptr<const table::Findings> findings, TokenBucket pace = EventOptions{}.pace)
        : Silent(std::move(answer), clock, pace) {
        for (kube::Ingress& one : ingresses) source.put(std::move(one));
        writer.note(std::move(findings));
        writer.start();
    }
};

TEST(EventWriter, SaysAFindingOnceOnTheObjectThatIsThere) {
    Speaker cluster([](const FakeRequest&) { return reply("{}", 201); });
    const FakeRequest request = cluster.api.wait_for(1).at(0);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/api/v1/namespaces/shop/events");
    const json event = json::parse(request.body);
    EXPECT_EQ(event["involvedObject"]["uid"], "uid-site");
    EXPECT_EQ(event["message"], "spec: is wrong");
    // A change is said next, and the finding is not said again before it.
    kube::Ingress changed = ingress("site");
    changed.meta.annotations["a"] = "b";
    cluster.source.put(changed);
    cluster.writer.wake();
    const auto requests = cluster.api.wait_for(2);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(json::parse(requests[1].body)["reason"], "Sync");
    EXPECT_EQ(json::parse(requests[1].body)["type"], "Normal");
}

TEST(EventWriter, TakesUpAnEventThatIsThere) {
    Speaker cluster([](const FakeRequest& request) {
        return request.method == "POST" ? refusal(409, "AlreadyExists") : reply(R"({"count":7})");
    });
    const auto requests = cluster.api.wait_for(2);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[1].method, "PATCH");
    EXPECT_FALSE(json::parse(requests[1].body).contains("count"));
    const json event = json::parse(requests[0].body);
    EXPECT_EQ(requests[1].target,
              "/api/v1/namespaces/shop/events/" + event["metadata"]["name"].get<std::string>());
    cluster.writer.stop();
    EXPECT_EQ(cluster.said, std::vector<std::string>{});
}

TEST(EventWriter, AStatusIsNoChange) {
    Speaker cluster([](const FakeRequest&) { return reply("{}", 201); });
    cluster.api.wait_for(1);  // it has seen what is there
    kube::Ingress written = ingress("site", {{"192.0.2.1", {}}});
    written.meta.resource_version = "2";
    cluster.source.put(written);
    kube::Ingress next = ingress("next");
    cluster.source.put(next);
    cluster.writer.wake();
    const auto requests = cluster.api.wait_for(2);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(json::parse(requests[1].body)["involvedObject"]["name"], "next");
}

/// The request is an Event `Sync` of this Ingress.
void expect_sync(const FakeRequest& request, const char* name) {
    const json event = json::parse(request.body);
    EXPECT_EQ(event["reason"], "Sync");
    EXPECT_EQ(event["involvedObject"]["name"], name);
}

TEST(EventWriter, WhatCameSinceTheFirstTableIsAChange) {
    Silent cluster([](const FakeRequest&) { return reply("{}", 201); });
    cluster.source.put(ingress("site"));
    cluster.writer.wake();
    cluster.source.put(ingress("next"));
    cluster.writer.start();
    expect_sync(cluster.api.wait_for(1).at(0), "next");
}

TEST(EventWriter, WhoComesToLeadKnowsWhatWasThere) {
    Silent cluster([](const FakeRequest&) { return reply("{}", 201); });
    cluster.leads = false;
    cluster.source.put(ingress("site"));
    cluster.writer.start();
    cluster.look_again();
    cluster.source.put(ingress("next"));
    cluster.leads = true;
    cluster.writer.wake();
    expect_sync(cluster.api.wait_for(1).at(0), "next");
}

TEST(EventWriter, WhatLastsIsOneEventWhoseCountGrows) {
    test::FakeClock clock;
    std::atomic<int> count = 0;
    Speaker cluster(
        [&](const FakeRequest&) { return reply(fmt::format(R"({{"count":{}}})", ++count)); },
        clock);
    const std::string created = cluster.api.wait_for(1).at(0).body;
    for (int times = 2; times <= 3; ++times) {
        cluster.look_again();
        clock.advance(EventBook::kSaidAnew);
        cluster.writer.wake();
        const auto requests = cluster.api.wait_for(static_cast<std::size_t>(times));
        ASSERT_EQ(requests.size(), static_cast<std::size_t>(times));
        EXPECT_EQ(requests.back().method, "PATCH");
        EXPECT_TRUE(requests.back().target.ends_with(
            json::parse(created)["metadata"]["name"].get<std::string>()));
        EXPECT_EQ(json::parse(requests.back().body)["count"], times);
        EXPECT_GT(json::parse(requests.back().body)["lastTimestamp"],
                  json::parse(created)["lastTimestamp"]);
    }
}

/// As many mistakes of a namespace as wanted, each of an Ingress of its own.
struct Mistakes {
    std::vector<kube::Ingress> ingresses = {};
    table::Findings findings = {};

    void add(const std::string& namespace_name, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            kube::Ingress one = ingress(fmt::format("{}-{:04}", namespace_name, i).c_str());
            one.meta.namespace_name = namespace_name;
            findings.push_back({.object = {"Ingress", namespace_name, one.meta.name},
                                .field = "spec",
                                .text = "is wrong",
                                .severity = table::Severity::error});
            ingresses.push_back(std::move(one));
        }
    }
    std::shared_ptr<const table::Findings> shared() const {
        return std::make_shared<const table::Findings>(findings);
    }
};

TEST(EventWriter, MaySayTwentyAtOnceAndThenFiveASecond) {
    TokenBucket pace = EventOptions{}.pace;
    const Time now(1h);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(pace.wait(now), 0ms) << i;
        pace.take(now);
    }
    EXPECT_EQ(pace.wait(now), 200ms);
}

TEST(EventWriter, KeepsToItsPace) {
    Mistakes mistakes;
    mistakes.add("shop", 3);
    std::vector<Time> times;
    const test::FakeClock clock;  // stands: the third waits for all of its time
    Speaker cluster(
        [&](const FakeRequest&) {  // one at a time
            times.push_back(system_clock().now());
            return reply("{}", 201);
        },
        clock, mistakes.ingresses, mistakes.shared(), TokenBucket(2, 100ms));
    ASSERT_EQ(cluster.api.wait_for(3).size(), 3U);
    cluster.writer.stop();
    EXPECT_GE(times[2] - times[1], 100ms);
}

TEST(EventWriter, NamespacesTakeTurns) {
    Mistakes mistakes;
    mistakes.add("loud", 50);
    mistakes.add("quiet", 3);
    Speaker cluster([](const FakeRequest&) { return reply("{}", 201); }, system_clock(),
                    mistakes.ingresses, mistakes.shared());
    const auto requests = cluster.api.wait_for(6);
    ASSERT_GE(requests.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(requests[i].target, i % 2 == 0 ? "/api/v1/namespaces/loud/events"
                                                 : "/api/v1/namespaces/quiet/events");
    }
}

TEST(EventWriter, NewFindingsDoNotWaitForTheEndOfTheOldOnes) {
    Mistakes mistakes;
    mistakes.add("loud", 1000);             // for some minutes
    std::counting_semaphore<> new_ones(0);  // the finding's Event, and that it has come
    Speaker cluster(
        [&](const FakeRequest& request) {
            if (request.target == "/api/v1/namespaces/shop/events") new_ones.release();
            return reply("{}", 201);
        },
        system_clock(), mistakes.ingresses, mistakes.shared());
    cluster.api.wait_for(1);
    cluster.source.put(ingress("site"));
    cluster.writer.note(one_finding());
    cluster.writer.wake();
    EXPECT_TRUE(new_ones.try_acquire_for(10s));
}

TEST(EventWriter, SaysOnceThatNotAllAreSaid) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto in_process = [] {  // of its own, because logging is ended once
        Mistakes mistakes;
        mistakes.add("loud", EventBook::kMostEvents + 5);
        Speaker cluster([](const FakeRequest&) { return reply("{}", 201); }, system_clock(),
                        mistakes.ingresses, mistakes.shared(), TokenBucket(5000, 1ms));
        cluster.api.wait_for(EventBook::kMostEvents);
        mistakes.add("quiet", 1);
        cluster.writer.note(mistakes.shared());  // first: that it came is said behind what is wrong
        cluster.source.put(mistakes.ingresses.back());
        cluster.writer.wake();
        const auto requests = cluster.api.wait_for(EventBook::kMostEvents + 1);
        cluster.writer.stop();  // at the end of that walk
        log::flush();
        const bool good =
            requests.size() > EventBook::kMostEvents &&
            requests[EventBook::kMostEvents].target == "/api/v1/namespaces/quiet/events" &&
            json::parse(requests[EventBook::kMostEvents].body)["message"] == "spec: is wrong";
        std::_Exit(good ? 0 : 1);
    };
    EXPECT_EXIT(in_process(), testing::ExitedWithCode(0),
                "^[^\n]* more findings than Events are made of[^\n]* events=2000\n$");
}

}  // namespace
}  // namespace breakwater::report
