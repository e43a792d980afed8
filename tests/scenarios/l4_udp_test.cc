// UDP services: a client's datagrams go to one endpoint for as long as its flow lives. Reference 5.5
// (proxy-stream-responses, proxy-stream-timeout) and 6 (--udp-services-configmap).

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/l4.h"

namespace breakwater::test {
namespace {

using table::Transport;

class L4Udp : public testing::Test {
protected:
    /// @param responses  of an endpoint to each datagram of a client.
    void serve(const std::vector<SocketAddress>& endpoints, int responses = 1) {
        auto table = table_to({});
        add_service(*table, {Transport::udp, port}, endpoints);
        table->settings.l4.responses = responses;
        proxy.publish(std::move(table));
    }
    /// @return who has got it
    DatagramPeer& ask(DatagramPeer& asking, const std::string& question) {
        asking.send_to(service, question);
        while (!one.has_news() && !two.has_news()) {
        }
        DatagramPeer& endpoint = one.has_news() ? one : two;
        EXPECT_EQ(endpoint.receive(), question);
        return endpoint;
    }
    /// Sessions that are open.
    std::uint64_t flows() {
        proxy.server().settle();
        const auto sums = proxy.server().counters().sessions[1];
        return sums.began - sums.ended;
    }

    static constexpr int kMany = 1000;
    static constexpr std::size_t kMostFlows = 3;
    const std::uint16_t port = free_port();
    const SocketAddress service = loopback(port);
    DatagramPeer one;
    DatagramPeer two;
    DatagramPeer client;
    Proxy proxy{table_to({}), 1, kMostFlows};
};

TEST_F(L4Udp, AQuestionAndItsAnswerAreASession) {
    serve({one.address()});
    ask(client, "example. IN A");
    one.answer("192.0.2.1");
    EXPECT_EQ(client.receive(), "192.0.2.1");
    EXPECT_EQ(client.sender(), service) << "from where the client had sent to";
    const std::string line = proxy.next_log_line();
    for (const char* part : {"\"protocol\":\"UDP\"", "\"status\":200", "\"request_bytes\":13",
                             "\"response_bytes\":9", "\"error\":\"\""}) {
        EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
    }
    EXPECT_EQ(flows(), 0U);
}

TEST_F(L4Udp, EachClientKeepsItsEndpointWhileAnswersAreAwaited) {
    serve({one.address(), two.address()}, kMany);
    DatagramPeer other;
    DatagramPeer& first = ask(client, "a");
    DatagramPeer& second = ask(other, "b");
    EXPECT_NE(&first, &second) << "round robin";
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(&ask(client, "a" + std::to_string(i)), &first);
        first.answer("to a");
        EXPECT_EQ(client.receive(), "to a");
        EXPECT_EQ(&ask(other, "b" + std::to_string(i)), &second);
        second.answer("to b");
        second.answer("twice");
        EXPECT_EQ(other.receive(), "to b");
        EXPECT_EQ(other.receive(), "twice");
    }
    EXPECT_EQ(flows(), 2U);
}

TEST_F(L4Udp, AFlowEndsWhenEveryDatagramHasItsAnswers) {
    serve({one.address(), two.address()}, 2);
    DatagramPeer& first = ask(client, "a");
    EXPECT_EQ(&ask(client, "b"), &first) << "unanswered, hence the same flow";
    for (const char* answer : {"1", "2", "3"}) {
        first.answer(answer);
        EXPECT_EQ(client.receive(), answer);
    }
    EXPECT_EQ(flows(), 1U) << "two datagrams, two answers each";
    first.answer("4");
    EXPECT_EQ(client.receive(), "4");
    EXPECT_EQ(flows(), 0U);
    EXPECT_NE(&ask(client, "c"), &first) << "another flow, the next endpoint";
}

TEST_F(L4Udp, WhereNoAnswerIsExpectedADatagramIsASession) {
    serve({one.address()}, 0);
    for (const char* text : {"a", "b"}) {
        ask(client, text);
        const std::string line = proxy.next_log_line();
        EXPECT_NE(line.find("\"request_bytes\":1"), std::string::npos) << line;
    }
    EXPECT_EQ(flows(), 0U);
}

TEST_F(L4Udp, LargeAndEmptyDatagramsPassWhole) {
    serve({one.address()}, kMany);
    const std::string large(60'000, 'x');
    ask(client, large);
    one.answer(large);
    EXPECT_EQ(client.receive(), large);
    ask(client, "");
    one.answer("");
    EXPECT_EQ(client.receive(), "");
}

TEST_F(L4Udp, SilenceEndsAFlow) {
    serve({one.address(), two.address()}, kMany);
    DatagramPeer& first = ask(client, "a");
    proxy.advance(std::chrono::seconds(599));
    EXPECT_EQ(&ask(client, "b"), &first);
    proxy.advance(std::chrono::seconds(599));
    EXPECT_EQ(flows(), 1U);
    proxy.advance(std::chrono::seconds(2));
    EXPECT_EQ(flows(), 0U);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"session_idle\""), std::string::npos) << line;
    first.answer("late");
    EXPECT_NE(&ask(client, "c"), &first);
    EXPECT_FALSE(client.has_news()) << "an answer of an ended flow is lost";
}

TEST_F(L4Udp, BeyondTheBoundTheLongestIdleFlowGoes) {
    serve({one.address()}, kMany);
    std::vector<DatagramPeer> clients(kMostFlows + 1);
    std::vector<SocketAddress> seen_as;
    for (std::size_t i = 0; i < kMostFlows; ++i) {
        ask(clients[i], "a");
        seen_as.push_back(one.sender());
    }
    ask(clients[0], "again");  // now the second is the longest idle
    EXPECT_EQ(flows(), kMostFlows);
    ask(clients[kMostFlows], "one more");
    EXPECT_EQ(flows(), kMostFlows);
    ask(clients[0], "still there");
    EXPECT_EQ(one.sender(), seen_as[0]);
    one.send_to(seen_as[1], "to nobody");
    ask(clients[2], "still there");
    EXPECT_EQ(one.sender(), seen_as[2]);
    EXPECT_FALSE(clients[1].has_news());
}

TEST_F(L4Udp, AnEndpointThatDoesNotListenEndsTheFlow) {
    serve({one.address(), two.address()}, kMany);
    DatagramPeer& first = ask(client, "a");
    DatagramPeer& other = &first == &one ? two : one;
    first.close();
    client.send_to(service, "lost");
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"upstream_reset\""), std::string::npos) << line;
    EXPECT_NE(line.find("\"status\":502"), std::string::npos) << line;
    client.send_to(service, "b");
    EXPECT_EQ(other.receive(), "b");
}

TEST_F(L4Udp, WithoutAnEndpointDatagramsAreDroppedAndSaid) {
    serve({});
    client.send_to(service, "a");
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"no_endpoint\""), std::string::npos) << line;
    EXPECT_EQ(flows(), 0U);
}

TEST_F(L4Udp, AChangedEntryKeepsItsFlowsAndAPortThatLeavesEndsThem) {
    serve({one.address()}, kMany);
    ask(client, "a");
    serve({two.address()}, kMany);
    EXPECT_EQ(&ask(client, "b"), &one);
    DatagramPeer next;
    EXPECT_EQ(&ask(next, "c"), &two);
    proxy.publish(table_to({}));
    EXPECT_EQ(flows(), 0U);
    EXPECT_TRUE(UdpSocket::check_free(service).has_value());
    serve({two.address()}, kMany);
    EXPECT_EQ(&ask(client, "d"), &two);
}

TEST_F(L4Udp, ThePortClosesWithTheEndOfTheProcess) {
    serve({one.address()}, kMany);
    ask(client, "a");
    proxy.server().stop_accepting();
    EXPECT_EQ(flows(), 0U);
    EXPECT_TRUE(UdpSocket::check_free(service).has_value());
}

TEST_F(L4Udp, TheSameNumberMayBeAPortOfTcpToo) {
    Pod pod;
    auto table = table_to({});
    add_service(*table, {Transport::udp, port}, {one.address()});
    auto tcp = std::make_shared<table::L4Service>(*table->l4_services.front());
    tcp->port.transport = Transport::tcp;
    tcp->target.backend = "tcp";
    auto backend = std::make_shared<table::Backend>();
    backend->name = "tcp";
    backend->endpoints = {{pod.address()}};
    table->backends.put(std::move(backend));
    table->l4_services.insert(table->l4_services.begin(), std::move(tcp));
    proxy.publish(std::move(table));
    ask(client, "datagram");
    Peer connection = Peer::connect(service);
    pod.accept().send("bytes");
    EXPECT_EQ(connection.read_exactly(5), "bytes");
}

TEST(L4UdpWorkers, AClientsDatagramsComeToOneWorker) {
    DatagramPeer pod;
    const std::uint16_t port = free_port();
    auto table = table_to({});
    add_service(*table, {Transport::udp, port}, {pod.address()});
    table->settings.l4.responses = 1000;
    Proxy proxy(table, 2);
    for (int i = 0; i < 8; ++i) {
        DatagramPeer client;
        std::set<SocketAddress> seen_as;
        for (int k = 0; k < 4; ++k) {
            client.send_to(loopback(port), "x");
            EXPECT_EQ(pod.receive(), "x");
            seen_as.insert(pod.sender());
        }
        EXPECT_EQ(seen_as.size(), 1U);
    }
}

}  // namespace
}  // namespace breakwater::test
