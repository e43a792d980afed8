// Every bound on what a client may send, and on how long it may take: the status, and that the answer
// arrives although the client goes on sending.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

using std::chrono::seconds;

class Limits : public testing::Test {
protected:
    void publish(const table::ClientSettings& client_settings) {
        auto table = table_to({pod.address()});
        table->settings.client = client_settings;
        proxy.publish(table);
    }
    void expect_closing(Peer& peer, const std::string& status) {
        const std::string answer = peer.read_to_end();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status + ' ')) << answer;
        EXPECT_EQ(field_of(answer, "Connection"), "close");
    }
    void expect_refused(const std::string& request, const std::string& status) {
        Peer peer = proxy.connect();
        peer.send(request);
        expect_closing(peer, status);
        EXPECT_FALSE(pod.has_visitor());
    }

    Pod pod;
    Proxy proxy{table_to({pod.address()})};
};

TEST_F(Limits, ATargetBeyondALineIs414) {
    expect_refused("GET /" + std::string(8'200, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", "414");
    expect_refused("GET /" + std::string(50'000, 'x'), "414");
}

TEST_F(Limits, AMethodWithoutEndIs414) { expect_refused(std::string(50'000, 'G'), "414"); }

TEST_F(Limits, AFieldBeyondALineIs431) {
    expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(8'200, 'x') + "\r\n\r\n",
                   "431");
    expect_refused("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(50'000, 'x'), "431");
}

TEST_F(Limits, AHeadBeyondAllBuffersIs431) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 9; ++i) head += "X: " + std::string(4'000, 'x') + "\r\n";
    expect_refused(head + "\r\n", "431");
}

TEST_F(Limits, MoreFieldsThan200Are431) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 200; ++i) head += "A: b\r\n";
    expect_refused(head + "\r\n", "431");
}

TEST_F(Limits, AHeadWithinThemPasses) {
    pod.serve([](const std::string& asked) { return ok(std::to_string(asked.size())); });
    std::string head = "GET /" + std::string(8'000, 'x') + " HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 3; ++i) head += "X: " + std::string(7'900, 'x') + "\r\n";
    const std::string answer = proxy.ask(head + "\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    EXPECT_GT(std::stoul(body_of(answer)), head.size());
}

TEST_F(Limits, ALengthBeyondTheBodySizeIs413AtOnce) {
    expect_refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", "413");
}

TEST_F(Limits, AChunkedBodyIs413OnceTooMuchHasCome) {
    Peer client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    Peer visitor = pod.accept();
    visitor.read_head();
    client.send("fffff\r\n" + std::string(0xfffff, 'x') + "\r\n2\r\nxx\r\n0\r\n\r\n");
    const std::uint64_t seen = visitor.drain();
    EXPECT_LE(seen, 1024 * 1024 + 4096U);
    expect_closing(client, "413");
}

TEST_F(Limits, ARefusalArrivesAlthoughTheClientGoesOnSending) {
    Peer client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
        client.send(std::string(10'000, 'x'));
        proxy.server().settle();
    }
    expect_closing(client, "413");
}

TEST_F(Limits, AClientThatNeverStopsIsDroppedInTheEnd) {
    Peer client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
    expect_closing(client, "413");
    EXPECT_EQ(proxy.server().connections(), 1U);
    proxy.advance(seconds(4));
    EXPECT_EQ(proxy.server().connections(), 1U);
    proxy.advance(seconds(2));
    EXPECT_EQ(proxy.server().connections(), 0U);
}

TEST_F(Limits, AHeadThatTakesTooLongIs408) {
    Peer client = proxy.connect();
    client.send("GET / HT");
    proxy.advance(seconds(40));
    client.send("TP/1.1\r\nHo");
    proxy.advance(seconds(21));
    expect_closing(client, "408");
    EXPECT_NE(proxy.next_log_line().find("\"error\":\"head_timeout\""), std::string::npos);
}

TEST_F(Limits, ABodyThatFallsSilentIs408) {
    Peer client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    Peer visitor = pod.accept();
    visitor.read_until("hello");
    proxy.advance(seconds(50));
    client.send("wo");
    EXPECT_EQ(visitor.read_exactly(2), "wo");
    proxy.advance(seconds(50));
    EXPECT_FALSE(client.has_news());
    proxy.advance(seconds(11));
    expect_closing(client, "408");
    EXPECT_TRUE(visitor.sees_end());
    EXPECT_NE(proxy.next_log_line().find("\"error\":\"body_timeout\""), std::string::npos);
}

TEST_F(Limits, AnIdleConnectionEndsWithoutAWord) {
    pod.serve([](const std::string&) { return ok(""); });
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.read_message();
    proxy.advance(seconds(74));
    EXPECT_FALSE(client.has_news());
    proxy.advance(seconds(2));
    EXPECT_TRUE(client.sees_end());
    EXPECT_EQ(proxy.server().connections(), 0U);
}

TEST_F(Limits, ANewConnectionThatSaysNothingEndsWithoutAWord) {
    Peer client = proxy.connect();
    proxy.advance(seconds(59));
    EXPECT_FALSE(client.has_news());
    proxy.advance(seconds(2));
    EXPECT_TRUE(client.sees_end());
}

TEST_F(Limits, TheLastOfItsRequestsSaysSo) {
    publish({.keep_alive_requests = 2});
    pod.serve([](const std::string&) { return ok(""); });
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(field_of(client.read_message(), "Connection"), std::nullopt);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_closing(client, "200");
}

TEST_F(Limits, WithoutKeepAliveTheFirstIsTheLast) {
    publish({.keep_alive = seconds(0)});
    pod.serve([](const std::string&) { return ok(""); });
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_closing(client, "200");
}

TEST_F(Limits, AnIdleConnectionHoldsNoBlock) {
    pod.serve([](const std::string&) { return ok(std::string(100'000, 'x')); });
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.read_message();
    proxy.server().settle();
    EXPECT_EQ(proxy.server().blocks_in_use(), 0U);
}

}  // namespace
}  // namespace breakwater::test
