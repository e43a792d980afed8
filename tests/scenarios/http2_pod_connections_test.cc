// Our HTTP/2 connections to a pod: which requests share one, when another is opened, how they end.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/h2_client.h"
#include "tests/support/h2_pod.h"
#include "tests/support/one_h2_pod.h"

namespace breakwater::test {
namespace {

class Http2PodConnections : public OneH2Pod {};

TEST_F(Http2PodConnections, RequestsOfManyClientsShareAConnection) {
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

TEST_F(Http2PodConnections, WhatIsUnderWayToAClientThatHasLeftEndsNobodyElsesAnswer) {
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

TEST_F(Http2PodConnections, RequestsThatComeWhileAConnectionIsOpenedWaitForIt) {
    H2Client client(proxy.connect());
    send_together(client, 20);
    H2Pod served(pod.accept());
    for (int i = 0; i < 20; ++i) served.answer(served.next_request().stream, "x");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(client.read_answer(1 + 2 * i).status, 200);
    EXPECT_FALSE(pod.has_visitor());
}

TEST_F(Http2PodConnections, MoreThanAPodTakesAtOnceGoOverAnotherConnection) {
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
TEST_F(Http2PodConnections, OfThoseThatWaitForAConnectionAsManyGoAsThePodTakes) {
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
TEST_F(Http2PodConnections, APodThatTakesNoRequestsIsNotWaitedFor) {
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

TEST_F(Http2PodConnections, AnotherEndpointIsAskedWhereOneTakesNoRequests) {
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
TEST_F(Http2PodConnections, ThoseWhoLeaveBeforeAConnectionIsOpenCauseNoOther) {
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

TEST_F(Http2PodConnections, APodThatSendsNoSettingsIsNotSentARequest) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"));
    Peer silent = pod.accept();
    proxy.advance(std::chrono::seconds(6));  // `proxy-connect-timeout`
    EXPECT_EQ(client.read_answer(stream).status, 504);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"connect_timeout\""), std::string::npos) << line;
}

TEST_F(Http2PodConnections, AClientThatDoesNotReadHoldsUpNobodyElse) {
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

TEST_F(Http2PodConnections, AGoAwayLetsWhatIsUnderWayFinish) {
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
TEST_F(Http2PodConnections, ARequestThatTheGoAwayLeavesOutIsSentAgain) {
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

TEST_F(Http2PodConnections, AConnectionThatDiesCostsAnIdempotentRequestNothing) {
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

TEST_F(Http2PodConnections, AConnectionThatDiesBeforeAnAnswerFailsAPost) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::post("/"));
    H2Pod served(pod.accept());
    (void)served.next_request();
    served.peer().reset();
    EXPECT_EQ(client.read_answer(stream).status, 502);
}

TEST_F(Http2PodConnections, AnIdleConnectionEndsWithAGoAway) {
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

TEST_F(Http2PodConnections, AnEndpointThatLeavesFinishesWhatItHas) {
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

TEST_F(Http2PodConnections, ATablePublishedMeanwhileKeepsTheConnection) {
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

}  // namespace
}  // namespace breakwater::test
