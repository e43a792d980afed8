// HTTP/2 to a pod (`backend-protocol: GRPC`): RFC 9113, from clients of either protocol.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/h2_client.h"
#include "tests/support/h2_pod.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

class Http2ToPod : public OnePod {
protected:
    Http2ToPod() {
        speak_http2([](table::RoutingTable&) {});
    }
    template <class Change>
    void speak_http2(Change change) {
        publish([&](table::RoutingTable& table) {
            location_of(table).policies.backend_protocol.protocol = table::BackendProtocol::grpc;
            change(table);
        });
    }
};

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

TEST_F(Http2ToPod, RequestsOfManyClientsShareAConnection) {
    H2Client first(proxy.connect());
    H2Client second(proxy.connect());
    const StreamId a = first.request(H2Client::get("/a"));
    H2Pod served(pod.accept());
    const H2Request of_a = served.next_request();
    const StreamId b = second.request(H2Client::get("/b"));
    const H2Request of_b = served.next_request();
    EXPECT_EQ(of_b.field(":path"), "/b");
    EXPECT_FALSE(pod.has_visitor());
    served.answer(of_b.stream, "b");
    EXPECT_EQ(second.read_answer(b).body, "b");
    served.answer(of_a.stream, "a");
    EXPECT_EQ(first.read_answer(a).body, "a");
}

TEST_F(Http2ToPod, WhatIsUnderWayToAClientThatHasLeftEndsNobodyElsesAnswer) {
    H2Client first(proxy.connect());
    H2Client second(proxy.connect());
    const StreamId a = first.request(H2Client::get("/events"));
    H2Pod served(pod.accept());
    const StreamId events = served.next_request().stream;
    const StreamId b = second.request(H2Client::get("/b"));
    const StreamId other = served.next_request().stream;
    served.headers(events, {{":status", "200"}}, false).data(events, "first");
    EXPECT_EQ(first.read_data(a), "first");
    first.reset(a);
    EXPECT_TRUE(served.read_reset(events));
    for (int i = 0; i < 1'500; ++i) served.data(events, "a message");
    served.answer(other, "b");
    EXPECT_EQ(second.read_answer(b).body, "b");
}

const H2Settings kTwoStreams{{setting::kMaxConcurrentStreams, 2}};

/// In one write.
void send_together(H2Client& client, int count) {
    std::string together;
    for (int i = 0; i < count; ++i) {
        together += H2Client::bytes_of({FrameType::headers, flag::kEndHeaders | flag::kEndStream,
                                        client.next_stream(), client.block(H2Client::get("/"))});
    }
    client.peer().send(together);
}

TEST_F(Http2ToPod, RequestsThatComeWhileAConnectionIsOpenedWaitForIt) {
    H2Client client(proxy.connect());
    send_together(client, 20);
    H2Pod served(pod.accept());
    for (int i = 0; i < 20; ++i) served.answer(served.next_request().stream, "x");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(client.read_answer(1 + 2 * i).status, 200);
    EXPECT_FALSE(pod.has_visitor());
}

TEST_F(Http2ToPod, MoreThanAPodTakesAtOnceGoOverAnotherConnection) {
    H2Client client(proxy.connect());
    const StreamId a = client.request(H2Client::get("/a"));
    H2Pod one(pod.accept(), {{setting::kMaxConcurrentStreams, 1}});
    const H2Request of_a = one.next_request();
    const StreamId b = client.request(H2Client::get("/b"));
    H2Pod other(pod.accept(), {{setting::kMaxConcurrentStreams, 1}});
    other.answer(other.next_request().stream, "b");
    EXPECT_EQ(client.read_answer(b).body, "b");
    one.answer(of_a.stream, "a");
    EXPECT_EQ(client.read_answer(a).body, "a");
}

/// RFC 9113 section 5.1.2: how many that are is known from the pod's SETTINGS alone.
TEST_F(Http2ToPod, OfThoseThatWaitForAConnectionAsManyGoAsThePodTakes) {
    H2Client client(proxy.connect());
    send_together(client, 5);
    std::vector<std::unique_ptr<H2Pod>> connections;
    for (const int carried : {2, 2, 1}) {
        H2Pod& served =
            *connections.emplace_back(std::make_unique<H2Pod>(pod.accept(), kTwoStreams));
        for (int i = 0; i < carried; ++i) EXPECT_EQ(served.next_head().field(":path"), "/");
    }
    proxy.server().settle();
    EXPECT_FALSE(pod.has_visitor());
    for (const auto& served : connections) {
        served->answer(1, "x");
        if (served != connections.back()) served->answer(3, "x");
    }
    for (int i = 0; i < 5; ++i) EXPECT_EQ(client.read_answer(1 + 2 * i).status, 200);
}

const H2Settings kNoStreams{{setting::kMaxConcurrentStreams, 0}};

/// RFC 9113 section 5.1.2: 0 is a number as any other. Nothing would ever make room.
TEST_F(Http2ToPod, APodThatTakesNoRequestsIsNotWaitedFor) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"));
    for (int opened = 0; opened < 2;
         ++opened) {  // once more, as the news may have crossed the request
        H2Pod served(pod.accept(), kNoStreams);
        while (served.read_frame()) {
        }
    }
    EXPECT_EQ(client.read_answer(stream).status, 502);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"upstream_refused\""), std::string::npos) << line;
}

TEST_F(Http2ToPod, AnotherEndpointIsAskedWhereOneTakesNoRequests) {
    Pod other;
    auto table = table_to({pod.address(), other.address()});
    location_of(*table).policies.backend_protocol.protocol = table::BackendProtocol::grpc;
    proxy.publish(table);
    H2Client client(proxy.connect());
    std::size_t refused = 0;
    std::vector<std::unique_ptr<H2Pod>> taking;
    for (int i = 0; i < 2; ++i) {  // one of them begins with the one that takes none
        const StreamId stream = client.request(H2Client::post("/"));
        while (!pod.has_visitor() && !other.has_visitor() &&
               (taking.empty() || !taking.front()->peer().has_news())) {
        }
        if (pod.has_visitor()) {
            ++refused;
            for (int opened = 0; opened < 2; ++opened) H2Pod served(pod.accept(), kNoStreams);
        }
        if (taking.empty()) taking.push_back(std::make_unique<H2Pod>(other.accept()));
        taking.front()->answer(taking.front()->next_request().stream, "here");
        EXPECT_EQ(client.read_answer(stream).body, "here");
    }
    EXPECT_GE(refused, 1U);
}

/// Whoever leaves a slow pod leaves room for another beside the rest.
TEST_F(Http2ToPod, ThoseWhoLeaveBeforeAConnectionIsOpenCauseNoOther) {
    H2Client client(proxy.connect());
    constexpr int kEach = 60;  // twice is more than one connection takes
    for (int round = 0; round < 2; ++round) {
        const StreamId first = client.next_stream() + 2;
        send_together(client, kEach);
        for (int i = 0; i < kEach; ++i) client.reset(first + 2 * i);
        proxy.server().settle();
    }
    const StreamId patient = client.request(H2Client::get("/patient"));
    Peer slow = pod.accept();
    proxy.server().settle();
    EXPECT_FALSE(pod.has_visitor());
    H2Pod served(std::move(slow));
    served.answer(served.next_request().stream, "x");
    EXPECT_EQ(client.read_answer(patient).body, "x");
}

TEST_F(Http2ToPod, APodThatSendsNoSettingsIsNotSentARequest) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"));
    Peer silent = pod.accept();
    proxy.advance(std::chrono::seconds(6));  // `proxy-connect-timeout`
    EXPECT_EQ(client.read_answer(stream).status, 504);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"connect_timeout\""), std::string::npos) << line;
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

TEST_F(Http2ToPod, AGoAwayLetsWhatIsUnderWayFinish) {
    H2Client client(proxy.connect());
    const StreamId before = client.request(H2Client::get("/before"));
    H2Pod old(pod.accept());
    const H2Request asked = old.next_request();
    old.go_away(asked.stream);
    proxy.server().settle();
    const StreamId after = client.request(H2Client::get("/after"));
    H2Pod fresh(pod.accept());
    fresh.answer(fresh.next_request().stream, "after");
    EXPECT_EQ(client.read_answer(after).body, "after");
    old.answer(asked.stream, "before");
    EXPECT_EQ(client.read_answer(before).body, "before");
}

/// RFC 9113 section 8.7: it has not been worked on, so even a POST may be sent again.
TEST_F(Http2ToPod, ARequestThatTheGoAwayLeavesOutIsSentAgain) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"), /*end=*/false);
    client.data(stream, "body", /*end=*/true);
    H2Pod old(pod.accept());
    (void)old.next_request();
    old.go_away(0);
    H2Pod fresh(pod.accept());
    const H2Request again = fresh.next_request();
    EXPECT_EQ(again.body, "body");
    fresh.answer(again.stream, "done");
    EXPECT_EQ(client.read_answer(stream).body, "done");
}

TEST_F(Http2ToPod, AConnectionThatDiesCostsAnIdempotentRequestNothing) {
    H2Client client(proxy.connect());
    const StreamId first = client.request(H2Client::get("/1"));
    H2Pod old(pod.accept());
    old.answer(old.next_request().stream, "1");
    EXPECT_EQ(client.read_answer(first).body, "1");
    const StreamId second = client.request(H2Client::get("/2"));
    (void)old.next_request();
    old.peer().reset();
    H2Pod fresh(pod.accept());
    fresh.answer(fresh.next_request().stream, "2");
    EXPECT_EQ(client.read_answer(second).body, "2");
}

TEST_F(Http2ToPod, AConnectionThatDiesBeforeAnAnswerFailsAPost) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"));
    H2Pod served(pod.accept());
    (void)served.next_request();
    served.peer().reset();
    EXPECT_EQ(client.read_answer(stream).status, 502);
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

TEST_F(Http2ToPod, AClientThatDoesNotReadHoldsUpNobodyElse) {
    H2Client slow(proxy.connect());
    slow.withhold_credit();
    const StreamId stalled = slow.request(H2Client::get("/slow"));
    H2Pod served(pod.accept());
    const H2Request of_slow = served.next_request();
    served.headers(of_slow.stream, {{":status", "200"}}, false);
    // As much as the proxy gives credit for at first.
    for (int i = 0; i < 4; ++i) served.data(of_slow.stream, std::string(15'000, 's'));
    H2Client other(proxy.connect());
    const StreamId asked = other.request(H2Client::get("/other"));
    served.answer(served.next_request().stream, "other");
    EXPECT_EQ(other.read_answer(asked).body, "other");
    slow.reset(stalled);
    EXPECT_EQ(served.read_reset(of_slow.stream), 8U);
}

TEST_F(Http2ToPod, AnIdleConnectionEndsWithAGoAway) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    H2Pod served(pod.accept());
    served.answer(served.next_request().stream, "x");
    EXPECT_EQ(client.read_answer(stream).body, "x");
    proxy.advance(std::chrono::seconds(61));  // `upstream-keepalive-timeout`
    bool said = false;
    while (const auto frame = served.read_frame()) said |= frame->type == FrameType::goaway;
    EXPECT_TRUE(said);
}

TEST_F(Http2ToPod, AnEndpointThatLeavesFinishesWhatItHas) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    Pod other;
    auto table = table_to({other.address()});
    location_of(*table).policies.backend_protocol.protocol = table::BackendProtocol::grpc;
    proxy.publish(table);
    served.answer(asked.stream, "last");
    EXPECT_EQ(client.read_answer(stream).body, "last");
    while (served.read_frame()) {
    }
    const StreamId next = client.request(H2Client::get("/"));
    H2Pod fresh(other.accept());
    fresh.answer(fresh.next_request().stream, "first");
    EXPECT_EQ(client.read_answer(next).body, "first");
}

TEST_F(Http2ToPod, ATablePublishedMeanwhileKeepsTheConnection) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    H2Pod served(pod.accept());
    const H2Request asked = served.next_request();
    speak_http2(
        [](table::RoutingTable& table) { location_of(table).policies.body_size.max_bytes = 7; });
    served.answer(asked.stream, "1");
    EXPECT_EQ(client.read_answer(stream).body, "1");
    const StreamId next = client.request(H2Client::get("/"));
    served.answer(served.next_request().stream, "2");
    EXPECT_EQ(client.read_answer(next).body, "2");
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
