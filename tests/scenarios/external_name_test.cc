// Backends that are a name: found out beside the requests, followed as the name's TTL runs out.
// docs/decisions/external_name.md.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "tests/support/dns_server.h"
#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Name = DnsServer::Name;

constexpr const char* kName = "shop.example.com";
constexpr std::uint8_t kServerFailure = 2;
constexpr std::uint8_t kNoSuchName = 3;
constexpr const char* kRequest = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";

std::shared_ptr<table::RoutingTable> table_to_name(const std::string& name, std::uint16_t port) {
    auto table = table_to({});
    table::Backend backend = *table->backends.find("shop-web-80");
    backend.external = {name, port};
    table->backends.put(std::move(backend));
    return table;
}

bool is_status(const std::string& answer, const std::string& status) {
    return answer.starts_with("HTTP/1.1 " + status + " ");
}

class ExternalName : public testing::Test {
protected:
    ExternalName() {
        pod.serve([](const std::string&) { return ok("one"); });
    }

    std::string ask() { return proxy.ask(kRequest); }
    /// What the next answers are by and by: a name is found out beside the requests.
    ::testing::AssertionResult comes_to(const std::function<bool(const std::string&)>& wanted) {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        std::string last;
        while (std::chrono::steady_clock::now() < end) {
            last = ask();
            if (wanted(last)) return ::testing::AssertionSuccess();
        }
        return ::testing::AssertionFailure() << last;
    }
    ::testing::AssertionResult comes_to_body(const std::string& body) {
        return comes_to([&](const std::string& answer) { return body_of(answer) == body; });
    }
    ::testing::AssertionResult comes_to_status(const std::string& status) {
        return comes_to([&](const std::string& answer) { return is_status(answer, status); });
    }
    /// Moves the time until the name is asked for again, and has been answered.
    void advance_to_next_question(Duration by) {
        const std::size_t before = dns.times_answered(kName);
        proxy.advance(by);
        EXPECT_TRUE(  // for both families
            comes_to([&](const std::string&) { return dns.times_answered(kName) >= before + 2; }));
        proxy.server().settle();  // the answers are with us: they are read before the time goes on
    }

    Pod pod;
    DnsServer dns{{{kName, {.addresses = {"127.0.0.1"}, .ttl_s = 60}}}};
    resolve::FollowerOptions names{.local_addresses = true, .name_servers = dns.address()};
    Proxy proxy{table_to_name(kName, pod.address().port), 1, l4::UdpFlows::kMost, names};
};

TEST_F(ExternalName, IsServedOnceItIsKnown) {
    EXPECT_TRUE(comes_to_body("one"));
    EXPECT_EQ(proxy.server().unresolved_names(), 0U);
}

TEST_F(ExternalName, EachWorkerHearsOfIt) {
    Proxy two{table_to_name(kName, pod.address().port), 2, l4::UdpFlows::kMost, names};
    while (two.server().unresolved_names() > 0) two.server().settle();
    two.server().settle();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(body_of(two.ask(kRequest)), "one") << "by either";
}

TEST_F(ExternalName, IsAskedForAgainAsItsTtlRunsOutAndNotBefore) {
    ASSERT_TRUE(comes_to_body("one"));
    const std::size_t first = dns.times_answered(kName);
    proxy.advance(seconds(59));
    EXPECT_EQ(body_of(ask()), "one");
    EXPECT_EQ(dns.times_answered(kName), first);
    advance_to_next_question(seconds(2));
    EXPECT_EQ(body_of(ask()), "one");
}

TEST_F(ExternalName, AShortTtlIsNotAskedForAllTheTime) {
    dns.change(kName, {.addresses = {"127.0.0.1"}, .ttl_s = 0});
    ASSERT_TRUE(comes_to_body("one"));
    advance_to_next_question(seconds(61));
    ASSERT_EQ(body_of(ask()), "one");
    const std::size_t before = dns.times_answered(kName);
    proxy.advance(seconds(4));
    EXPECT_EQ(body_of(ask()), "one");
    EXPECT_EQ(dns.times_answered(kName), before);
    advance_to_next_question(seconds(2));
}

// One address after the other on the same port, which the pods of a test can have on loopback.
TEST_F(ExternalName, AChangeOfAddressUnderTrafficFailsNobody) {
    ASSERT_TRUE(comes_to_body("one"));
    Peer busy = proxy.connect();
    busy.send(kRequest);
    ASSERT_EQ(body_of(busy.read_message()), "one");
    dns.change(kName, {.addresses = {"127.0.0.1", "::1"}, .ttl_s = 60});
    advance_to_next_question(seconds(61));
    for (int i = 0; i < 50; ++i) {
        busy.send(kRequest);
        EXPECT_EQ(body_of(busy.read_message()), "one") << "another attempt where ::1 refuses";
    }
}

TEST_F(ExternalName, KeptConnectionsToAnAddressThatWentAwayEndAfterUse) {
    dns.change(kName, {.addresses = {"127.0.0.1"}, .ttl_s = 20});
    ASSERT_TRUE(comes_to_body("one"));
    advance_to_next_question(seconds(61));
    ASSERT_EQ(body_of(ask()), "one");
    Pod driven;
    proxy.publish(table_to_name(kName, driven.address().port));
    Peer client = proxy.connect();
    client.send(kRequest);
    Peer visitor = driven.accept();
    visitor.read_head();
    dns.change(kName, {.refusal = kNoSuchName});
    proxy.advance(seconds(21));
    while (proxy.server().unresolved_names() == 0) proxy.server().settle();
    proxy.server().settle();
    visitor.send(ok("late"));
    EXPECT_EQ(body_of(client.read_message()), "late") << "what is in flight goes on";
    EXPECT_TRUE(visitor.sees_end()) << "and nothing is kept";
}

TEST_F(ExternalName, ThatThereIsNoSuchNameIsAnAnswer) {
    ASSERT_TRUE(comes_to_body("one"));
    dns.change(kName, {.refusal = kNoSuchName});
    advance_to_next_question(seconds(61));
    EXPECT_TRUE(comes_to_status("502"));
    EXPECT_EQ(proxy.server().unresolved_names(), 1U);
    dns.change(kName, {.addresses = {"127.0.0.1"}, .ttl_s = 60});
    proxy.advance(seconds(6));
    EXPECT_TRUE(comes_to_body("one"));
}

TEST_F(ExternalName, WhatWasKnownStaysForADayWhileTheServersFail) {
    ASSERT_TRUE(comes_to_body("one"));
    dns.change(kName, {.refusal = kServerFailure});
    advance_to_next_question(seconds(61));
    for (int hour = 1; hour <= 23; ++hour) {
        advance_to_next_question(hours(1));
        EXPECT_EQ(body_of(ask()), "one") << hour;
    }
    advance_to_next_question(hours(1));
    EXPECT_TRUE(comes_to_status("502"));
    dns.change(kName, {.addresses = {"127.0.0.1"}, .ttl_s = 60});
    advance_to_next_question(resolve::Follower::kLongestPause + seconds(1));
    EXPECT_TRUE(comes_to_body("one"));
}

TEST_F(ExternalName, AnotherNameTakesOverOnceItIsKnown) {
    ASSERT_TRUE(comes_to_body("one"));
    Pod next;
    next.serve([](const std::string&) { return ok("two"); });
    dns.change("next.example.com", {.silent = true});
    proxy.publish(table_to_name("next.example.com", next.address().port));
    EXPECT_TRUE(dns.was_asked_in_vain());
    for (int i = 0; i < 5; ++i) EXPECT_EQ(body_of(ask()), "one") << "until it is known";
    proxy.advance(resolve::Follower::kPatience + seconds(1));
    EXPECT_TRUE(comes_to_status("502")) << "nobody has said anything";
    dns.change("next.example.com", {.addresses = {"127.0.0.1"}});
    proxy.advance(resolve::Follower::kShortest + seconds(1));
    EXPECT_TRUE(comes_to_body("two"));
}

TEST_F(ExternalName, APodsServiceThatBecomesOneIsServedThroughout) {
    Pod before;
    before.serve([](const std::string&) { return ok("pod"); });
    proxy.publish(table_to({before.address()}));
    ASSERT_EQ(body_of(ask()), "pod");
    proxy.publish(table_to_name(kName, pod.address().port));
    EXPECT_TRUE(comes_to([&](const std::string& answer) {
        EXPECT_TRUE(is_status(answer, "200")) << answer;
        return body_of(answer) == "one";
    }));
    proxy.publish(table_to({before.address()}));
    EXPECT_EQ(body_of(ask()), "pod");
}

// A tenant who may write a Service names what he likes, and a name of his own leads where he likes.
class ExternalNameToUs : public testing::TestWithParam<const char*> {};

TEST_P(ExternalNameToUs, IsRefused) {
    Pod pod;
    pod.serve([](const std::string&) { return ok("secret"); });
    DnsServer dns{{{kName, {.addresses = {GetParam()}}}}};
    Proxy proxy{table_to_name(kName, pod.address().port),
                1,
                l4::UdpFlows::kMost,
                {.local_addresses = false, .name_servers = dns.address()}};
    for (int i = 0; i < 10 || dns.times_answered(kName) < 2; ++i) {
        EXPECT_TRUE(is_status(proxy.ask(kRequest), "502"));
    }
    EXPECT_EQ(proxy.server().unresolved_names(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Addresses, ExternalNameToUs,
                         testing::Values("127.0.0.1", "127.8.8.8", "::1", "0.0.0.0",
                                         "169.254.169.254", "fe80::1", "100.100.100.200",
                                         "fd00:ec2::254", "64:ff9b::169.254.169.254"));

// An address in the place of a name is the proxy's to judge, too: it sees its interfaces.
TEST(ExternalNameOfOwnInterface, IsRefused) {
    for (const IpAddress& own : resolve::own_addresses()) {
        Pod pod;
        pod.serve([](const std::string&) { return ok("secret"); });
        Proxy proxy{table_to_name(own.to_string(), pod.address().port),
                    1,
                    l4::UdpFlows::kMost,
                    {.local_addresses = false, .name_servers = {}}};
        for (int i = 0; i < 10; ++i) {
            EXPECT_TRUE(is_status(proxy.ask(kRequest), "502")) << own.to_string();
        }
    }
}

TEST(ExternalNameOfAnAddress, IsServedWithoutAQuestion) {
    Pod pod;
    pod.serve([](const std::string&) { return ok("one"); });
    Proxy proxy{table_to_name("127.0.0.1", pod.address().port),
                1,
                l4::UdpFlows::kMost,
                {.local_addresses = true, .name_servers = {}}};
    proxy.server().settle();  // once it has been told to the worker
    EXPECT_EQ(body_of(proxy.ask(kRequest)), "one");
}

TEST(OwnAddresses, HaveLoopbackAmongThem) {
    const auto own = resolve::own_addresses();
    EXPECT_NE(std::ranges::find_if(own, &IpAddress::is_loopback), own.end());
}

}  // namespace
}  // namespace breakwater::test
