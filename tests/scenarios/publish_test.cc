// A table is published again and again while requests are in flight: none of them fails, and what
// lives longer than a table (a slow answer, a tunnel) does not notice.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

constexpr int kPublications = 1'000;
constexpr int kClients = 4;

std::shared_ptr<table::Host> host_to(const std::string& name, const std::string& backend) {
    auto host = std::make_shared<table::Host>();
    host->name = name;
    table::Location& location = host->locations.emplace_back();
    location.path = "/shop";
    location.origin = {"shop", "front", "web", "80"};
    location.backend = backend;
    return host;
}

class Publish : public testing::Test {
protected:
    Publish() {
        for (Pod& pod : pods) pod.serve([](const std::string&) { return ok("served"); });
    }

    /// Hosts, paths and endpoints come and go; what the clients ask for is always there.
    std::shared_ptr<table::RoutingTable> version(int n) {
        std::vector<SocketAddress> in_turn{pods[0].address()};
        if (n % 2 == 0) in_turn.push_back(pods[1].address());
        if (n % 3 == 0) in_turn.push_back(pods[2].address());
        auto table = table_to(in_turn);
        if (n % 5 != 0) table->hosts.push_back(host_to("a.example", "shop-web-80"));
        if (n % 7 != 0) table->hosts.push_back(host_to("b.example", "shop-web-80"));
        return table;
    }

    Pod pods[3];
    Proxy proxy{version(0), 2};
};

void ask_until(const std::atomic<bool>& over, Proxy& proxy, const std::string& host,
               std::size_t& served) {
    const std::string request = "GET /shop/x HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    Peer client = proxy.connect();
    while (!over) {
        client.send(request);
        const std::string answer = client.read_message();
        ASSERT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
        ASSERT_EQ(body_of(answer), "served");
        if (++served % 50 == 0) client = proxy.connect();
    }
}

TEST_F(Publish, AThousandTimesAndNoRequestFails) {
    std::atomic<bool> over = false;
    std::size_t served[kClients] = {};
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i) {
        const std::string host = i % 2 == 0 ? "a.example" : "b.example";
        clients.emplace_back(
            [this, &over, &served, host, i] { ask_until(over, proxy, host, served[i]); });
    }
    for (int n = 1; n <= kPublications; ++n) proxy.publish(version(n));
    over = true;
    for (std::thread& client : clients) client.join();
    for (const std::size_t count : served) EXPECT_GT(count, 0U);
}

TEST_F(Publish, ALongAnswerAndATunnelSurvive) {
    Pod slow;
    proxy.publish(table_to({slow.address()}));
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    Peer visitor = slow.accept();
    visitor.read_head();
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    client.read_until("one\r\n");

    Peer caller = proxy.connect();
    caller.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    Peer callee = slow.accept();
    callee.read_head();
    callee.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    caller.read_head();

    for (int n = 1; n <= 100; ++n) proxy.publish(version(n));
    visitor.send("3\r\ntwo\r\n0\r\n\r\n");
    EXPECT_EQ(client.read_until("0\r\n\r\n"), "3\r\ntwo\r\n0\r\n\r\n");
    caller.send("ping");
    EXPECT_EQ(callee.read_exactly(4), "ping");
    callee.send("pong");
    EXPECT_EQ(caller.read_exactly(4), "pong");
}

// A tunnel lets go of its table, and its log line is still written: also where no Ingress decided.
TEST(TunnelLog, OfTheDefaultBackendIsItsOwnAffair) {
    Pod pod;
    auto table = table_to({pod.address()});
    location_of(*table).origin.ingress.clear();
    Proxy proxy(table);
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    Peer visitor = pod.accept();
    visitor.read_head();
    visitor.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    client.read_head();
    visitor.close();
    EXPECT_TRUE(client.sees_end());
}

TEST_F(Publish, AnUnchangedHostIsReused) {
    auto table = version(1);
    proxy.publish(table);
    const auto before = proxy.server().in_force();
    auto next = std::make_shared<table::RoutingTable>(*table);
    proxy.publish(next);
    const auto after = proxy.server().in_force();
    ASSERT_EQ(before->hosts.size(), after->hosts.size());
    for (std::size_t i = 0; i < before->hosts.size(); ++i)
        EXPECT_EQ(before->hosts[i], after->hosts[i]);
}

}  // namespace
}  // namespace breakwater::test
