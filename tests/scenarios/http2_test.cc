// HTTP/2 from a client to a pod of HTTP/1.1: RFC 9113, over the same routing, filters and pools.

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"
#include "tests/support/table_certificate.h"
#include "tests/support/tls_client.h"

namespace breakwater::test {
namespace {

class Http2 : public OnePod {};

TEST_F(Http2, AGetIsAnsweredByThePod) {
    pod.serve([](const std::string& asked) { return ok(asked); });
    H2Client client(proxy.connect());
    const H2Answer answer = client.ask(H2Client::get("/a?b=c", {{"accept", "text/*"}}));
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.ended);
    EXPECT_TRUE(answer.field("date"));
    EXPECT_TRUE(answer.body.starts_with("GET /a?b=c HTTP/1.1\r\nhost: a.test\r\n")) << answer.body;
    EXPECT_EQ(field_of(answer.body, "Accept"), "text/*");
    EXPECT_EQ(field_of(answer.body, "X-Forwarded-Host"), "a.test");
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"protocol\":\"HTTP/2.0\""), std::string::npos) << line;
    EXPECT_NE(line.find("\"status\":200"), std::string::npos) << line;
}

TEST_F(Http2, NamesOfAnAnswerAreInLowerCaseAndWithoutTheConnections) {
    pod.serve([](const std::string&) {
        return std::string(
            "HTTP/1.1 200 OK\r\nX-Odd-Name: 1\r\nContent-Type: a/b\r\nConnection: X-Hop\r\n"
            "X-Hop: 2\r\nKeep-Alive: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    });
    H2Client client(proxy.connect());
    const H2Answer answer = client.ask(H2Client::get("/"));
    EXPECT_EQ(answer.field("x-odd-name"), "1");
    EXPECT_EQ(answer.field("content-type"), "a/b");
    for (const char* hop : {"connection", "x-hop", "keep-alive", "transfer-encoding"}) {
        EXPECT_EQ(answer.field(hop), std::nullopt) << hop;
    }
    EXPECT_EQ(answer.body, "ok");
}

TEST_F(Http2, StreamsAreServedSideBySide) {
    H2Client client(proxy.connect());
    const StreamId slow = client.request(H2Client::get("/slow"));
    Peer slow_pod = pod.accept();
    EXPECT_TRUE(slow_pod.read_head().starts_with("GET /slow "));
    const StreamId fast = client.request(H2Client::get("/fast"));
    Peer fast_pod = pod.accept();
    EXPECT_TRUE(fast_pod.read_head().starts_with("GET /fast "));
    fast_pod.send(ok("second"));
    EXPECT_EQ(client.read_answer(fast).body, "second");
    slow_pod.send(ok("first"));
    EXPECT_EQ(client.read_answer(slow).body, "first");
}

TEST_F(Http2, ABodyFlowsBothWaysAtOnce) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"), false);
    Peer visitor = pod.accept();
    EXPECT_EQ(field_of(visitor.read_head(), "Transfer-Encoding"), "chunked");
    client.data(stream, "ping");
    EXPECT_EQ(visitor.read_until("ping\r\n"), "4\r\nping\r\n");
    visitor.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npong\r\n");
    EXPECT_EQ(client.read_data(stream), "pong");
    client.data(stream, "more", true);
    EXPECT_EQ(visitor.read_until("0\r\n\r\n"), "4\r\nmore\r\n0\r\n\r\n");
    visitor.send("3\r\nend\r\n0\r\n\r\n");
    EXPECT_EQ(client.read_answer(stream).body, "end");
}

TEST_F(Http2, ALengthIsPassedOnAndHeldTo) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/", {{"content-length", "4"}}), false);
    client.data(stream, "body", true);
    Peer visitor = pod.accept();
    const std::string head = visitor.read_head();
    EXPECT_EQ(field_of(head, "Content-Length"), "4");
    EXPECT_EQ(field_of(head, "Transfer-Encoding"), std::nullopt);
    EXPECT_EQ(visitor.read_exactly(4), "body");
    visitor.send(ok(""));
    EXPECT_EQ(client.read_answer(stream).status, 200);
}

TEST_F(Http2, TrailersPassBothWays) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/", {{"te", "trailers"}}), false);
    client.data(stream, "x").headers(stream, {{"x-sum", "1"}}, true);
    Peer visitor = pod.accept();
    EXPECT_EQ(field_of(visitor.read_head(), "TE"), "trailers");
    EXPECT_EQ(visitor.read_until("\r\n\r\n"), "1\r\nx\r\n0\r\nx-sum: 1\r\n\r\n");
    visitor.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ny\r\n0\r\nX-End: 2\r\n\r\n");
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.body, "y");
    EXPECT_EQ(answer.trailers, (H2Fields{{"x-end", "2"}}));
}

TEST_F(Http2, InterimAnswersPass) {
    H2Client client(proxy.connect());
    const StreamId stream =
        client.request(H2Client::post("/", {{"expect", "100-continue"}}), false);
    Peer visitor = pod.accept();
    EXPECT_EQ(field_of(visitor.read_head(), "Expect"), "100-continue");
    visitor.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    while (client.read_frame()->type != FrameType::headers) {
    }
    client.data(stream, "x", true);
    EXPECT_EQ(visitor.read_until("0\r\n\r\n"), "1\r\nx\r\n0\r\n\r\n");
    visitor.send(ok("stored"));
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.interim, (std::vector{100, 103}));
    EXPECT_EQ(answer.body, "stored");
}

TEST_F(Http2, HeadAndEmptyAnswersEndWithTheirHead) {
    pod.serve([](const std::string& asked) {
        return std::string(asked.starts_with("HEAD")
                               ? "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n"
                               : "HTTP/1.1 204 No Content\r\n\r\n");
    });
    H2Client client(proxy.connect());
    H2Fields head = H2Client::get("/");
    head.front().second = "HEAD";
    const H2Answer of_head = client.ask(head);
    EXPECT_EQ(of_head.field("content-length"), "42");
    EXPECT_EQ(of_head.body, "");
    EXPECT_EQ(client.ask(H2Client::get("/")).status, 204);
}

TEST_F(Http2, CrumbsOfACookieBecomeOneField) {
    pod.serve([](const std::string& asked) { return ok(asked); });
    H2Client client(proxy.connect());
    const H2Answer answer =
        client.ask(H2Client::get("/", {{"cookie", "a=1"}, {"x", "y"}, {"cookie", "b=2"}}));
    EXPECT_EQ(field_of(answer.body, "Cookie"), "a=1; b=2");
}

TEST_F(Http2, WhatAClientSaysOfItsCertificateIsLeftOut) {
    pod.serve([](const std::string& asked) { return ok(asked); });
    H2Client client(proxy.connect());
    const H2Answer answer = client.ask(H2Client::get("/", {{"ssl-client-verify", "SUCCESS"},
                                                           {"ssl-client-subject-dn", "CN=admin"},
                                                           {"ssl-client-issuer-dn", "CN=ca"},
                                                           {"ssl-client-cert", "a"}}));
    EXPECT_FALSE(answer.body.contains("ssl-")) << answer.body;
}

TEST_F(Http2, ASlowClientSlowsThePod) {
    H2Client client(proxy.connect());
    client.withhold_credit();
    const StreamId stream = client.request(H2Client::get("/"));
    Peer visitor = pod.accept();
    visitor.read_head();
    constexpr std::size_t kBytes = 32 * 1024 * 1024;
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBytes) + "\r\n\r\n");
    const std::string piece(1024 * 1024, 'x');
    std::size_t sent = 0;
    for (std::size_t put = 1; put > 0; sent += put) {
        put = visitor.send_some(piece);
        client.read_data(stream);  // all that the window allows comes; then nothing does
        if (sent > 65'535) break;
    }
    // Another stream is served all the same, as soon as the connection has credit.
    client.window_update(0, 1 << 20);
    const StreamId other = client.request(H2Client::get("/other"));
    Peer second = pod.accept();
    second.read_head();
    second.send(ok("served"));
    EXPECT_EQ(client.read_answer(other).body, "served");
}

TEST_F(Http2, AnAnswerBeforeTheRequestHasEndedIsWhole) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"), false);
    Peer visitor = pod.accept();
    visitor.read_head();
    visitor.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.body, "no");
    EXPECT_TRUE(answer.ended);
    EXPECT_EQ(client.read_answer(stream).reset, 0);  // NO_ERROR: RFC 9113 section 8.1
    // What was on its way is passed over, and the connection goes on.
    client.data(stream, "late").data(stream, "later", true);
    pod.serve([](const std::string&) { return ok("next"); });
    EXPECT_EQ(client.ask(H2Client::get("/")).body, "next");
}

TEST_F(Http2, AResetByTheClientCancelsThePodsRequest) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    Peer visitor = pod.accept();
    visitor.read_head();
    client.reset(stream);
    EXPECT_TRUE(visitor.sees_end());
    EXPECT_NE(proxy.next_log_line().find("\"status\":499"), std::string::npos);
    pod.serve([](const std::string&) { return ok("on"); });
    EXPECT_EQ(client.ask(H2Client::get("/")).body, "on");
}

TEST_F(Http2, AnAnswerThatIsCutResetsItsStreamAlone) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    Peer visitor = pod.accept();
    visitor.read_head();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    EXPECT_EQ(client.read_data(stream), "half");
    visitor.close();
    EXPECT_EQ(client.read_answer(stream).reset, 2);  // INTERNAL_ERROR
    pod.serve([](const std::string&) { return ok("on"); });
    EXPECT_EQ(client.ask(H2Client::get("/")).body, "on");
}

TEST_F(Http2, AClientThatLeavesIsLoggedForEachStream) {
    std::optional<H2Client> client(proxy.connect());
    client->request(H2Client::get("/1"));
    client->request(H2Client::get("/2"));
    Peer one = pod.accept();
    Peer two = pod.accept();
    one.read_head();
    two.read_head();
    client.reset();
    for (int i = 0; i < 2; ++i) {
        const std::string line = proxy.next_log_line();
        EXPECT_NE(line.find("\"status\":499"), std::string::npos) << line;
    }
}

class Http2Leaving : public Http2 {
protected:
    /// Its GOAWAY is announced, and comes when what may have crossed the first has had its time.
    void expect_goaway(H2Client& client) {
        EXPECT_TRUE(client.read_announced_goaway());
        proxy.advance(std::chrono::seconds(2));
        EXPECT_EQ(client.read_goaway(), 0);
    }
};

TEST_F(Http2Leaving, TheLastRequestOfAConnectionIsSaidBefore) {
    publish([](table::RoutingTable& table) { table.settings.client.keep_alive_requests = 2; });
    pod.serve([](const std::string&) { return ok("x"); });
    H2Client client(proxy.connect());
    EXPECT_EQ(client.ask(H2Client::get("/")).status, 200);
    EXPECT_FALSE(client.goaway_announced());
    EXPECT_EQ(client.ask(H2Client::get("/")).status, 200);
    expect_goaway(client);
    EXPECT_EQ(client.read_frame(), std::nullopt);
}

TEST_F(Http2Leaving, WhatCrossesTheFirstGoawayIsServed) {
    publish([](table::RoutingTable& table) { table.settings.client.keep_alive_requests = 1; });
    pod.serve([](const std::string&) { return ok("x"); });
    H2Client client(proxy.connect());
    EXPECT_EQ(client.ask(H2Client::get("/")).status, 200);
    ASSERT_TRUE(client.read_announced_goaway());
    const StreamId crossing = client.request(H2Client::get("/"));
    EXPECT_EQ(client.read_answer(crossing).status, 200);
    expect_goaway(client);
    EXPECT_EQ(client.last_served(), crossing);
    EXPECT_EQ(client.read_frame(), std::nullopt);
}

TEST_F(Http2Leaving, WhatComesLaterIsNot) {
    publish([](table::RoutingTable& table) { table.settings.client.keep_alive_requests = 1; });
    H2Client client(proxy.connect());
    const StreamId last = client.request(H2Client::get("/"));
    Peer visitor = pod.accept();
    visitor.read_head();
    expect_goaway(client);
    client.request(H2Client::get("/late"));
    visitor.send(ok("x"));
    EXPECT_EQ(client.read_answer(last).status, 200);
    EXPECT_EQ(client.last_served(), last);
    EXPECT_EQ(client.read_frame(), std::nullopt);
}

TEST_F(Http2Leaving, AnIdleConnectionEndsWithAGoaway) {
    pod.serve([](const std::string&) { return ok("x"); });
    H2Client client(proxy.connect());
    EXPECT_EQ(client.ask(H2Client::get("/")).status, 200);
    proxy.advance(std::chrono::seconds(76));
    expect_goaway(client);
    EXPECT_EQ(client.read_frame(), std::nullopt);
}

TEST_F(Http2, AConnectionWithARequestIsNotIdle) {
    H2Client client(proxy.connect());
    publish([](table::RoutingTable& table) {
        table.settings.client.keep_alive = std::chrono::seconds(5);
    });
    const StreamId stream = client.request(H2Client::get("/"));
    Peer visitor = pod.accept();
    visitor.read_head();
    proxy.advance(std::chrono::seconds(20));
    visitor.send(ok("late"));
    EXPECT_EQ(client.read_answer(stream).body, "late");
}

TEST_F(Http2Leaving, WhatIsOnItsWayIsAnsweredWhenTheProcessEnds) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    Peer visitor = pod.accept();
    visitor.read_head();
    proxy.server().stop_accepting();
    expect_goaway(client);
    visitor.send(ok("last"));
    EXPECT_EQ(client.read_answer(stream).body, "last");
    EXPECT_EQ(client.read_frame(), std::nullopt);
}

TEST_F(Http2Leaving, AnIdleConnectionIsToldThatTheProcessEnds) {
    H2Client client(proxy.connect());
    client.read_frame();  // SETTINGS: it is being served
    proxy.server().stop_accepting();
    expect_goaway(client);
    EXPECT_EQ(client.read_frame(), std::nullopt);
}

TEST_F(Http2, WithoutItThePrefaceIsARequestOfAVersionThatIsNotSpoken) {
    publish([](table::RoutingTable& table) { table.settings.http2.offered = false; });
    Peer client = proxy.connect();
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 505 "));
}

TEST_F(Http2, APrefaceInPiecesIsKnownAndWhatOnlyBeginsLikeItIsHttp1) {
    pod.serve([](const std::string& asked) { return ok(asked.substr(0, 10)); });
    Peer pieces = proxy.connect();
    for (const char c : std::string_view("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
        pieces.send(std::string(1, c));
    }
    pieces.send(H2Client::bytes_of({FrameType::settings, 0, 0, ""}));
    EXPECT_EQ(pieces.read_exactly(9)[3], '\x04');  // SETTINGS
    Peer other = proxy.connect();
    other.send("PR");
    other.send("OPFIND / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(body_of(other.read_message()), "PROPFIND /");
}

TEST_F(Http2, AWebSocketOpensByAnExtendedConnect) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request({{":method", "CONNECT"},
                                            {":protocol", "websocket"},
                                            {":scheme", "http"},
                                            {":path", "/ws"},
                                            {":authority", "a.test"},
                                            {"sec-websocket-version", "13"}},
                                           false);
    Peer visitor = pod.accept();
    const std::string head = visitor.read_head();
    EXPECT_TRUE(head.starts_with("GET /ws HTTP/1.1\r\n")) << head;
    EXPECT_EQ(field_of(head, "Upgrade"), "websocket");
    EXPECT_EQ(field_of(head, "Connection"), "upgrade");
    EXPECT_EQ(field_of(head, "Sec-WebSocket-Version"), "13");
    EXPECT_EQ(field_of(head, "Sec-WebSocket-Key").value_or("").size(), 24);
    visitor.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: chat\r\n\r\nhi");
    EXPECT_EQ(client.read_data(stream), "hi");
    client.data(stream, "ping");
    EXPECT_EQ(visitor.read_exactly(4), "ping");
    proxy.advance(std::chrono::seconds(30));
    visitor.send("pong");
    EXPECT_EQ(client.read_data(stream), "pong");
    visitor.close();
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("sec-websocket-protocol"), "chat");
    EXPECT_EQ(answer.field("sec-websocket-accept"), std::nullopt);
    EXPECT_TRUE(answer.ended);
}

TEST_F(Http2, AlpnOffersItAndTheSettingTakesItBack) {
    pod.serve([](const std::string&) { return ok("x"); });
    const auto alpn = [&](bool offered) {
        publish([&](table::RoutingTable& table) {
            table.default_certificate = certificate_for("a.test");
            table.settings.http2.offered = offered;
        });
        TlsClient client(proxy.connect_tls_port().release(),
                         {.server_name = "a.test", .alpn = {"h2", "http/1.1"}});
        EXPECT_TRUE(client.handshake()) << client.error();
        return client.alpn();
    };
    EXPECT_EQ(alpn(true), "h2");
    EXPECT_EQ(alpn(false), "http/1.1");
}

}  // namespace
}  // namespace breakwater::test
