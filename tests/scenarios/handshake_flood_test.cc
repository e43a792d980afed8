// Several hundred clients that begin TLS handshakes at once, beside one that has its connection:
// proxy/tls/handshake_line.h.

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "proxy/tls/handshake_line.h"
#include "tests/support/held_loop.h"
#include "tests/support/hello.h"
#include "tests/support/proxy.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

constexpr const char* kFloodedName = "shop.example";
constexpr const char* kHonestRequest = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
constexpr std::size_t kHellos = 300;
constexpr std::size_t kSteps = tls::HandshakeLine::kStepsPerTurn;

std::shared_ptr<table::RoutingTable> table_with_certificate(const SocketAddress& pod) {
    auto table = table_to({pod});
    table->default_certificate = certificate_for(kFloodedName);
    return table;
}

class HandshakeFlood : public testing::Test {
protected:
    HandshakeFlood() { EXPECT_TRUE(established.handshake()) << established.error(); }

    /// The answer's status line; its line in the log has been read, too.
    std::string take_answer() {
        std::string head;
        while (!head.ends_with("\r\n\r\n")) {
            const std::string next = established.read(1);
            if (next.empty()) break;
            head += next;
        }
        established.read(std::stoul(field_of(head, "Content-Length").value_or("0")));
        proxy.next_log_line();
        return head.substr(0, head.find("\r\n"));
    }
    [[nodiscard]] bool is_answered() {
        pollfd ready{established.fd(), POLLIN, 0};
        return poll(&ready, 1, 0) == 1;
    }

    /// So many connections of which nothing has come yet.
    std::vector<Peer> connect(std::size_t count) {
        const std::size_t before = proxy.server().connections();
        std::vector<Peer> peers;
        for (std::size_t i = 0; i < count; ++i) peers.push_back(proxy.connect_tls_port());
        while (proxy.server().connections() < before + count) proxy.server().settle();
        return peers;
    }
    void await_end_of(std::vector<Peer>& peers) {
        for (Peer& peer : peers) EXPECT_TRUE(peer.sees_end());
        while (proxy.server().connections() > 1) proxy.server().settle();
    }

    Pod pod;
    Proxy proxy{table_with_certificate(pod.address())};
    TlsClient established{proxy.connect_tls_port().release(), {.server_name = kFloodedName}};
};

std::size_t count_greeted(const std::vector<Peer>& flood) {
    return static_cast<std::size_t>(std::ranges::count_if(flood, &Peer::has_news));
}

TEST_F(HandshakeFlood, AnEstablishedClientIsAnsweredBetweenItsSteps) {
    constexpr std::size_t kMostSteps = 8;  // of a request: there and back, with some to spare
    constexpr std::size_t kLeastAnswers = 3;
    ASSERT_TRUE(established.write(kHonestRequest));
    Peer visitor = pod.accept();
    visitor.read_head();
    visitor.send(ok("x"));
    ASSERT_EQ(take_answer(), "HTTP/1.1 200 OK");

    std::vector<Peer> flood = connect(kHellos);
    const std::string hello = hello_for(kFloodedName);
    std::size_t answers = 0;
    {
        HeldLoop loop(proxy.server());
        for (Peer& one : flood) one.send(hello);
        const std::uint64_t first_turn = loop.turn();
        for (; count_greeted(flood) < kHellos; ++answers) {
            ASSERT_TRUE(established.write(kHonestRequest));
            for (std::size_t steps = 0; !is_answered(); ++steps) {
                ASSERT_LT(steps, kMostSteps) << count_greeted(flood) << " are greeted";
                loop.step();
                EXPECT_LE(count_greeted(flood), (loop.turn() - first_turn) * kSteps);
                if (!visitor.has_news()) continue;
                visitor.read_head();
                visitor.send(ok("x"));
            }
            ASSERT_EQ(take_answer(), "HTTP/1.1 200 OK");
        }
    }
    EXPECT_GE(answers, kLeastAnswers);
}

TEST_F(HandshakeFlood, WhoNeverFinishesHoldsLittleAndNotForLong) {
    constexpr std::size_t kMostBlocks = 8;  // of what is being read just now
    std::vector<Peer> flood = connect(kHellos);
    const std::string hello = hello_for(kFloodedName);
    for (std::size_t i = 0; i < kHellos; ++i) {  // half of them not even their hello
        flood[i].send(i % 2 == 0 ? hello : hello.substr(0, hello.size() / 2));
    }
    while (count_greeted(flood) < kHellos / 2) proxy.server().settle();
    EXPECT_LE(proxy.server().blocks_in_use(), kMostBlocks);
    proxy.advance(std::chrono::seconds(61));  // `client-header-timeout`
    for (Peer& one : flood) one.drain();
    await_end_of(flood);
    EXPECT_EQ(proxy.server().blocks_in_use(), 0U);
}

TEST_F(HandshakeFlood, WholeHandshakesInALoopLeaveARequestItsAnswers) {
    pod.serve([](const std::string&) { return ok("x"); });
    constexpr int kHandshakes = 300;
    std::atomic<int> made = 0;
    std::vector<std::jthread> loops;
    for (int i = 0; i < 2; ++i) {
        loops.emplace_back([&](const std::stop_token& over) {
            while (!over.stop_requested()) {
                TlsClient client(proxy.connect_tls_port().release(), {.server_name = kFloodedName});
                made += client.handshake() ? 1 : 0;
            }
        });
    }
    std::size_t answers = 0;
    for (; made < kHandshakes; ++answers) {
        ASSERT_TRUE(established.write(kHonestRequest));
        ASSERT_EQ(take_answer(), "HTTP/1.1 200 OK") << answers;
    }
    loops.clear();
    EXPECT_GT(answers, 0U);
    while (proxy.server().connections() > 1) proxy.server().settle();
    EXPECT_EQ(proxy.server().blocks_in_use(), 0U);
}

}  // namespace
}  // namespace breakwater::test
