// Endpoints that refuse, do not answer or have gone: who is asked next, what is sent again, and what
// the client hears when nobody is left.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

constexpr const char* kRetriedRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

std::string request(const std::string& method, std::size_t body_bytes) {
    return method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body_bytes) +
           "\r\n\r\n" + std::string(body_bytes, 'b');
}

/// A pod at whose address nobody listens.
SocketAddress refusing_address() {
    Pod pod;
    return pod.address();
}

/// A pod whose queue is full, so that connecting to it comes to no end.
class FullPod {
public:
    FullPod() : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_storage native;
        socklen_t length = SocketAddress{*IpAddress::parse("127.0.0.1"), 0}.to_native(native);
        EXPECT_EQ(bind(listening_.get(), reinterpret_cast<sockaddr*>(&native), length), 0);
        EXPECT_EQ(listen(listening_.get(), 0), 0);
        length = sizeof native;
        getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&native), &length);
        address_ = SocketAddress::from_native(native);
        in_queue_.push_back(Peer::connect(address_));  // a queue of 0 has room for one
    }
    [[nodiscard]] const SocketAddress& address() const { return address_; }

private:
    Descriptor listening_;
    SocketAddress address_;
    std::vector<Peer> in_queue_;
};

TEST(Retry, ARefusedConnectionIsTriedElsewhereWhateverTheMethod) {
    Pod pod;
    pod.serve([](const std::string& asked) { return ok(body_of(asked)); });
    Proxy proxy(table_to({refusing_address(), pod.address()}));
    for (int i = 0; i < 2; ++i) {  // whoever is first
        EXPECT_EQ(body_of(proxy.ask(kRetriedRequest)), "");
        EXPECT_EQ(body_of(proxy.ask(request("POST", 10'000))), std::string(10'000, 'b'));
    }
    // Nothing of a large body had left either when the connection was refused.
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(body_of(proxy.ask(request("POST", 500'000))), std::string(500'000, 'b'));
    }
}

TEST(Retry, WhereAllRefuseTheAnswerIs502) {
    Proxy proxy(table_to({refusing_address(), refusing_address()}));
    EXPECT_TRUE(proxy.ask(kRetriedRequest).starts_with("HTTP/1.1 502 "));
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"connect_failed\""), std::string::npos) << line;
    EXPECT_NE(line.find("},{"), std::string::npos) << "two attempts: " << line;
}

TEST(Retry, NoMoreThanTheTriesAreMade) {
    auto table = table_to({refusing_address(), refusing_address(), refusing_address()});
    location_of(*table).policies.retry.tries = 1;
    Proxy proxy(table);
    EXPECT_TRUE(proxy.ask(kRetriedRequest).starts_with("HTTP/1.1 502 "));
    EXPECT_EQ(proxy.next_log_line().find("},{"), std::string::npos);
}

TEST(Retry, ConnectingTakesNoLongerThanItsTimeout) {
    FullPod full;
    Proxy proxy(table_to({full.address()}));
    Peer client = proxy.connect();
    client.send(kRetriedRequest);
    proxy.advance(std::chrono::seconds(4));
    proxy.advance(std::chrono::milliseconds(1100));
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 504 "));
    EXPECT_NE(proxy.next_log_line().find("\"error\":\"connect_timeout\""), std::string::npos);
}

TEST(Retry, RoundRobinReachesEveryPod) {
    Pod pods[3];
    for (Pod& pod : pods) pod.serve([](const std::string&) { return ok(""); });
    Proxy proxy(table_to({pods[0].address(), pods[1].address(), pods[2].address()}));
    for (int i = 0; i < 6; ++i) proxy.ask(kRetriedRequest);
    for (const Pod& pod : pods) EXPECT_EQ(pod.served(), 2U);
}

class Kept : public testing::Test {
protected:
    /// Leaves a kept connection behind: its other end.
    Peer keep_one() {
        client.send(kRetriedRequest);
        Peer visitor = pod.accept();
        visitor.read_head();
        visitor.send(ok(""));
        client.read_message();
        proxy.next_log_line();
        return visitor;
    }
    /// One that closes when it has the next request.
    void lose(Peer& visitor, const std::string& next) {
        client.send(next);
        visitor.read_message();
        visitor.close();
    }
    std::string answer_of(Peer visitor) {
        const std::string asked = visitor.read_message();
        visitor.send(ok(body_of(asked)));
        return asked;
    }
    void publish(table::UpstreamSettings upstream) {
        auto table = table_to({pod.address()});
        table->settings.upstream = upstream;
        proxy.publish(table);
    }

    Pod pod;
    Proxy proxy{table_to({pod.address()})};
    Peer client = proxy.connect();
};

TEST_F(Kept, ThatClosesUnderARequestIsReplacedAndSpendsNoTry) {
    auto table = table_to({pod.address()});
    location_of(*table).policies.retry.tries = 1;
    proxy.publish(table);
    Peer visitor = keep_one();
    lose(visitor, kRetriedRequest);
    answer_of(pod.accept());
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(proxy.next_log_line().find("},{"), std::string::npos);
}

TEST_F(Kept, ThatClosesUnderAPutGetsItsBodyAgain) {
    Peer visitor = keep_one();
    lose(visitor, request("PUT", 8'000));
    EXPECT_EQ(field_of(answer_of(pod.accept()), "Content-Length"), "8000");
    EXPECT_EQ(body_of(client.read_message()), std::string(8'000, 'b'));
}

TEST_F(Kept, ThatClosesUnderAChunkedPutGetsItsBodyAgain) {
    Peer visitor = keep_one();
    lose(visitor,
         "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    EXPECT_EQ(body_of(answer_of(pod.accept())), "5\r\nhello\r\n0\r\n\r\n");
    client.read_message();
}

TEST_F(Kept, ThatClosesUnderAPostIs502) {
    Peer visitor = keep_one();
    lose(visitor, request("POST", 10));
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 502 "));
    EXPECT_FALSE(pod.has_visitor());
    EXPECT_NE(proxy.next_log_line().find("\"error\":\"upstream_stale\""), std::string::npos);
}

TEST_F(Kept, ThatClosesUnderABodyBeyondTheWindowIs502) {
    Peer visitor = keep_one();
    lose(visitor, request("PUT", 64 * 1024));
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 502 "));
    EXPECT_FALSE(pod.has_visitor());
}

TEST_F(Kept, ThatClosedBeforeIsNotUsed) {
    Peer visitor = keep_one();
    visitor.close();
    proxy.server().settle();
    client.send(request("POST", 10));
    answer_of(pod.accept());
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 200 "));
}

TEST_F(Kept, IsClosedWhenItsTimeIsOver) {
    Peer visitor = keep_one();
    proxy.advance(std::chrono::seconds(58));
    EXPECT_FALSE(visitor.has_news());
    proxy.advance(std::chrono::seconds(3));
    EXPECT_TRUE(visitor.sees_end());
}

TEST_F(Kept, IsUsedSoOftenAndSaysSo) {
    publish({.requests = 2});
    client.send(kRetriedRequest);
    Peer visitor = pod.accept();
    EXPECT_EQ(field_of(visitor.read_head(), "Connection"), std::nullopt);
    visitor.send(ok(""));
    client.read_message();
    client.send(kRetriedRequest);
    EXPECT_EQ(field_of(visitor.read_head(), "Connection"), "close");
    visitor.send(ok(""));
    client.read_message();
    EXPECT_TRUE(visitor.sees_end());
}

TEST_F(Kept, IsNoneWhereNoneMayBe) {
    publish({.idle_connections = 0});
    client.send(kRetriedRequest);
    Peer visitor = pod.accept();
    EXPECT_EQ(field_of(visitor.read_head(), "Connection"), "close");
    visitor.send(ok(""));
    client.read_message();
    EXPECT_TRUE(visitor.sees_end());
}

TEST_F(Kept, ThePodSaysWhenItIsTheLast) {
    client.send(kRetriedRequest);
    Peer visitor = pod.accept();
    visitor.read_head();
    visitor.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(field_of(client.read_message(), "Connection"), std::nullopt);
    EXPECT_TRUE(visitor.sees_end());
}

TEST_F(Kept, IsClosedWhenItsEndpointLeavesTheTable) {
    Peer visitor = keep_one();
    Pod other;
    proxy.publish(table_to({other.address()}));
    EXPECT_TRUE(visitor.sees_end());
}

TEST_F(Kept, ARequestInFlightOutlivesItsEndpointsPlaceInTheTable) {
    client.send(kRetriedRequest);
    Peer visitor = pod.accept();
    visitor.read_head();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    client.read_until("hello");
    Pod other;
    proxy.publish(table_to({other.address()}));
    proxy.server().settle();
    visitor.send("world");
    EXPECT_EQ(client.read_exactly(5), "world");
    EXPECT_TRUE(visitor.sees_end());
}

}  // namespace
}  // namespace breakwater::test
