// One request through the whole proxy: heads, bodies and connections as both sides see them.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

class Plain : public testing::Test {
protected:
    Pod pod;
    Proxy proxy{table_to({pod.address()})};
};

TEST_F(Plain, AGetIsAnsweredByThePod) {
    pod.serve([](const std::string&) { return ok("hello"); });
    const std::string answer = proxy.ask("GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_EQ(body_of(answer), "hello");
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"status\":200"), std::string::npos) << line;
    EXPECT_NE(line.find("\"ingress\":\"front\""), std::string::npos) << line;
}

TEST_F(Plain, TheConnectionIsKeptOnBothSides) {
    Peer client = proxy.connect();
    client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
    Peer visitor = pod.accept();
    EXPECT_TRUE(visitor.read_head().starts_with("GET /1 HTTP/1.1\r\n"));
    visitor.send(ok("one"));
    EXPECT_EQ(body_of(client.read_message()), "one");
    client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(visitor.read_head().starts_with("GET /2 HTTP/1.1\r\n"));
    visitor.send(ok("two"));
    EXPECT_EQ(body_of(client.read_message()), "two");
    EXPECT_FALSE(pod.has_visitor());
}

TEST_F(Plain, PipelinedRequestsAreAnsweredInOrder) {
    pod.serve([](const std::string& request) { return ok(request.substr(4, 2)); });
    Peer client = proxy.connect();
    std::string requests;
    for (char c = 'a'; c <= 'z'; ++c) {
        requests += std::string("GET /") + c + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }
    client.send(requests);
    for (char c = 'a'; c <= 'z'; ++c)
        EXPECT_EQ(body_of(client.read_message()), std::string("/") + c);
}

TEST_F(Plain, AChunkedBodyPassesBothWays) {
    Peer client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    Peer visitor = pod.accept();
    const std::string head = visitor.read_head();
    EXPECT_EQ(field_of(head, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(visitor.read_until("hello\r\n"), "5\r\nhello\r\n");
    client.send("6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n");
    EXPECT_EQ(visitor.read_until("\r\n\r\n"), "6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n");
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    const std::string answer = client.read_head();
    EXPECT_EQ(field_of(answer, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(client.read_until("abc\r\n"), "3\r\nabc\r\n");
    visitor.send("0\r\nX-End: 2\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "0\r\nX-End: 2\r\n\r\n");
}

TEST_F(Plain, HeadHasTheLengthAndNoBody) {
    pod.serve([](const std::string&) {
        return std::string("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n");
    });
    Peer client = proxy.connect();
    for (int i = 0; i < 2; ++i) {
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(field_of(client.read_head(), "Content-Length"), "42");
    }
}

TEST_F(Plain, ExpectIsForwardedAndTheInterimAnswerComesBack) {
    Peer client = proxy.connect();
    client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    Peer visitor = pod.accept();
    EXPECT_EQ(field_of(visitor.read_head(), "Expect"), "100-continue");
    visitor.send("HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(client.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    EXPECT_EQ(visitor.read_exactly(4), "body");
    visitor.send(ok("stored"));
    EXPECT_EQ(body_of(client.read_message()), "stored");
}

TEST_F(Plain, HttpOneZeroGetsACloseAndNoChunks) {
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    Peer visitor = pod.accept();
    EXPECT_TRUE(visitor.read_head().starts_with("GET / HTTP/1.1\r\n"));
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    const std::string answer = client.read_to_end();
    EXPECT_EQ(field_of(answer, "Transfer-Encoding"), std::nullopt);
    EXPECT_EQ(field_of(answer, "Connection"), "close");
    EXPECT_EQ(body_of(answer), "abc");
}

TEST_F(Plain, AnUpgradeBecomesATunnel) {
    Peer client = proxy.connect();
    client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    Peer visitor = pod.accept();
    const std::string head = visitor.read_head();
    EXPECT_EQ(field_of(head, "Upgrade"), "websocket");
    EXPECT_EQ(field_of(head, "Connection"), "upgrade");
    visitor.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhi");
    const std::string answer = client.read_head();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 "));
    EXPECT_EQ(field_of(answer, "Upgrade"), "websocket");
    EXPECT_EQ(client.read_exactly(2), "hi");
    client.send("ping");
    EXPECT_EQ(visitor.read_exactly(4), "ping");
    visitor.send("pong");
    EXPECT_EQ(client.read_exactly(4), "pong");
    visitor.close();
    EXPECT_TRUE(client.sees_end());
    EXPECT_NE(proxy.next_log_line().find("\"status\":101"), std::string::npos);
}

TEST(Nobody, NoEndpointIs503AndNoServiceIs404) {
    Proxy proxy(table_to({}));
    EXPECT_TRUE(proxy.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 503 "));
    auto table = table_to({});
    location_of(*table) = {};
    proxy.publish(table);
    EXPECT_TRUE(proxy.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 404 "));
    EXPECT_TRUE(proxy.ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace breakwater::test
