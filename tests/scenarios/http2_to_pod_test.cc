// A request and its answer on a stream to a pod of HTTP/2 (`backend-protocol: GRPC`): RFC 9113, from clients of either
// protocol.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/h2_client.h"
#include "tests/support/h2_pod.h"
#include "tests/support/one_h2_pod.h"

namespace breakwater::test {
namespace {

class Http2ToPod : public OneH2Pod {};

TEST_F(Http2ToPod, ARequestIsMadeOfItsHead) {
    Peer client = proxy.connect();
    client.send(
        "POST /a%20b?c=d HTTP/1.1\r\nHost: a.test:80\r\nContent-Length: 5\r\nX-Mixed: "
        "1\r\n\r\nhello");
    H2Pod served(pod.accept());
    const H2Request request = served.next_request();
    EXPECT_EQ(request.field(":method"), "POST");
    EXPECT_EQ(request.field(":scheme"), "http");
    EXPECT_EQ(request.field(":authority"), "a.test:80");
    EXPECT_EQ(request.field(":path"), "/a%20b?c=d");
    EXPECT_EQ(request.field("content-length"), "5");
    EXPECT_EQ(request.field("x-mixed"), "1");
    EXPECT_EQ(request.field("x-forwarded-proto"), "http");
    for (const char* gone : {"host", "connection", "te", "transfer-encoding"}) {
        EXPECT_EQ(request.field(gone), std::nullopt) << gone;
    }
    EXPECT_EQ(request.body, "hello");
    served.answer(request.stream, "world", {{"x-from", "pod"}});
    const std::string answer = client.read_message();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_EQ(field_of(answer, "x-from"), "pod");
    EXPECT_EQ(decoded_body_of(answer), "world");
}

TEST_F(Http2ToPod, MessagesFlowBothWaysAndTrailersFollow) {
    H2Client client(proxy.connect());
    const StreamId stream =
        client.request(H2Client::post("/chat", {{"te", "trailers"}}), /*end=*/false);
    H2Pod served(pod.accept());
    const H2Request asked = served.next_head();
    EXPECT_EQ(asked.field("te"), "trailers");
    served.headers(asked.stream, {{":status", "200"}, {"content-type", "application/grpc"}}, false);
    for (int i = 0; i < 3; ++i) {
        client.data(stream, "ping");
        EXPECT_EQ(served.read_data(asked.stream), "ping");
        served.data(asked.stream, "pong");
        EXPECT_EQ(client.read_data(stream), "pong");
    }
    client.data(stream, "", /*end=*/true);
    EXPECT_TRUE(served.read_to_end(asked.stream).ended);
    served.headers(asked.stream, {{"grpc-status", "0"}, {"grpc-message", "fine"}}, true);
    const H2Answer answer = client.read_answer(stream);
    EXPECT_TRUE(answer.ended);
    EXPECT_EQ(field_of(answer.trailers, "grpc-status"), "0");
    EXPECT_EQ(field_of(answer.trailers, "grpc-message"), "fine");
}

TEST_F(Http2ToPod, AClientThatCancelsCancelsAtThePod) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"), /*end=*/false);
    H2Pod served(pod.accept());
    const H2Request asked = served.next_head();
    client.reset(stream);
    EXPECT_EQ(served.read_reset(asked.stream), 8U);  // CANCEL
    client.request(H2Client::get("/next"));
    EXPECT_EQ(served.next_request().field(":path"), "/next");  // the connection is good for others
}

TEST_F(Http2ToPod, AResetInTheMiddleOfABodyCutsTheAnswer) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    served.headers(asked.stream, {{":status", "200"}}, false);
    served.data(asked.stream, "some");
    EXPECT_EQ(client.read_data(stream), "some");
    served.reset(asked.stream, 2);
    EXPECT_TRUE(client.read_answer(stream).reset);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"response_cut\""), std::string::npos) << line;
}

TEST_F(Http2ToPod, AnAnswerBeforeTheWholeRequestIsPassedOn) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"), /*end=*/false);
    H2Pod served(pod.accept());
    const H2Request asked = served.next_head();
    served.answer(asked.stream, "enough");
    served.reset(asked.stream, 0);  // NO_ERROR: RFC 9113 section 8.1
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "enough");
}

TEST_F(Http2ToPod, InterimAnswersGoFirst) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    served.headers(asked.stream, {{":status", "103"}, {"link", "</a>"}}, false);
    served.answer(asked.stream, "ok");
    const H2Answer answer = client.read_answer(stream);
    EXPECT_EQ(answer.interim, std::vector{103});
    EXPECT_EQ(answer.status, 200);
}

TEST_F(Http2ToPod, AHeadRequestHasNoBody) {
    Peer client = proxy.connect();
    client.send("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    EXPECT_EQ(asked.field(":method"), "HEAD");
    served.headers(asked.stream, {{":status", "200"}, {"content-length", "7"}}, true);
    const std::string answer = client.read_head();
    EXPECT_EQ(field_of(answer, "content-length"), "7");
}

TEST_F(Http2ToPod, AWebSocketIsNotOfferedToAPodOfHttp2) {
    Peer client = proxy.connect();
    client.send(
        "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    EXPECT_EQ(asked.field("upgrade"), std::nullopt);
    served.answer(asked.stream, "plain");
    EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 200 "));
}

TEST_F(Http2ToPod, APodThatAnswersHttp1IsNotUnderstood) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    Peer served = pod.accept();
    served.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(client.read_answer(stream).status, 502);
}

TEST_F(Http2ToPod, APodThatKeepsSilentIsTimedOut) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    proxy.advance(std::chrono::seconds(61));
    EXPECT_EQ(client.read_answer(stream).status, 504);
    EXPECT_EQ(served.read_reset(asked.stream), 8U);
}

/// What no HTTP/2 answer may be, and what the client gets.
struct HostileRow {
    const char* what;
    H2Fields fields;
    int status;
};

class HostileHttp2Pod : public Http2ToPod, public testing::WithParamInterface<HostileRow> {};

TEST_P(HostileHttp2Pod, IsAnsweredForByUs) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"));
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    served.headers(asked.stream, GetParam().fields, false);
    EXPECT_EQ(client.read_answer(stream).status, GetParam().status) << GetParam().what;
    // The connection is good for others.
    const StreamId next = client.request(H2Client::get("/"));
    served.answer(served.next_request().stream, "next");
    EXPECT_EQ(client.read_answer(next).body, "next") << GetParam().what;
}

H2Fields many_fields(std::size_t count) {
    H2Fields fields{{":status", "200"}};
    for (std::size_t i = 0; i < count; ++i) fields.emplace_back("x-f" + std::to_string(i), "v");
    return fields;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HostileHttp2Pod,
    testing::Values(
        HostileRow{"no status (RFC 9113 8.3.2)", {{"x", "y"}}, 502},
        HostileRow{"a status that is none", {{":status", "20x"}}, 502},
        HostileRow{"101 (RFC 9113 8.6)", {{":status", "101"}}, 502},
        HostileRow{"a status twice", {{":status", "200"}, {":status", "200"}}, 502},
        HostileRow{"a field of the connection (RFC 9113 8.2.2)",
                   {{":status", "200"}, {"connection", "close"}},
                   502},
        HostileRow{"chunked", {{":status", "200"}, {"transfer-encoding", "chunked"}}, 502},
        HostileRow{"upper case (RFC 9113 8.2.1)", {{":status", "200"}, {"X-Up", "1"}}, 502},
        HostileRow{"two lengths",
                   {{":status", "200"}, {"content-length", "1"}, {"content-length", "2"}},
                   502},
        HostileRow{"a line in a value", {{":status", "200"}, {"x", "a\r\nb: c"}}, 502},
        HostileRow{"too many fields", many_fields(201), 502},
        HostileRow{"too large", {{":status", "200"}, {"x", std::string(17'000, 'x')}}, 502}));

}  // namespace
}  // namespace breakwater::test
