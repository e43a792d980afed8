// Server-sent events (HTML standard, section 9.2): an answer without an end, of which each piece is to arrive
// when it was said.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

using std::chrono::seconds;

const std::string kEvent = "data: now\n\n";

/// How the pod frames what it says: RFC 9112 section 6.3.
struct Framing {
    const char* name;
    const char* field;
    std::string event;
};

const Framing kFramings[] = {
    {"chunked", "Transfer-Encoding: chunked\r\n", "b\r\n" + kEvent + "\r\n"},
    {"until_close", "", kEvent},
};

class ServerSentEvents : public OnePod, public testing::WithParamInterface<Framing> {
protected:
    void begin() {
        visitor = pod.accept();
        visitor.read_head();
        visitor.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" +
                     std::string(GetParam().field) + "\r\n");
    }
    /// Sends without an end until nothing more is taken.
    void flood() {
        std::string events;
        while (events.size() < std::size_t{1} << 20) events += GetParam().event;
        proxy.fill(visitor, events);
    }

    Peer visitor{Descriptor()};
};

INSTANTIATE_TEST_SUITE_P(Framed, ServerSentEvents, testing::ValuesIn(kFramings),
                         [](const auto& info) { return info.param.name; });

TEST_P(ServerSentEvents, EachArrivesBeforeTheNextIsSaid) {
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
    begin();
    EXPECT_EQ(field_of(client.read_head(), "Content-Type"), "text/event-stream")
        << "before the first event, which may be long in coming";
    for (int i = 0; i < 3; ++i) {
        visitor.send(GetParam().event);
        client.read_until(kEvent);
        proxy.advance(seconds(50));  // reference 3.6: proxy-read-timeout is between two reads
    }
}

TEST_P(ServerSentEvents, SoTheyDoOverHttp2) {
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    begin();
    for (int i = 0; i < 3; ++i) {
        visitor.send(GetParam().event);
        EXPECT_EQ(client.read_data(stream), kEvent);
        proxy.advance(seconds(50));
    }
}

TEST_P(ServerSentEvents, SilenceEndsThemAfterTheReadTimeout) {
    Peer plain = proxy.connect();
    plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    begin();
    visitor.send(GetParam().event);
    plain.read_until(kEvent);
    Peer first = std::move(visitor);  // its pod stays
    H2Client client(proxy.connect());
    const StreamId stream = client.request(H2Client::get("/"));
    begin();
    visitor.send(GetParam().event);
    client.read_data(stream);
    proxy.advance(seconds(59));
    EXPECT_EQ(plain.read_until("\r\n"), "\r\n") << "the end of its chunk";
    EXPECT_FALSE(plain.has_news());
    proxy.advance(seconds(2));
    EXPECT_EQ(plain.read_to_end(), "") << "a cut is no end";
    EXPECT_TRUE(client.read_answer(stream).reset.has_value());
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"upstream_timeout\""), std::string::npos) << line;
}

TEST_P(ServerSentEvents, AClientThatReadsNothingHoldsUpItsPod) {
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    begin();
    client.read_head();
    flood();
    EXPECT_LE(proxy.server().blocks_in_use(), 8U);
}

TEST_P(ServerSentEvents, SoDoesOneOverHttp2) {
    H2Client client(proxy.connect());
    client.withhold_credit();
    client.request(H2Client::get("/"));
    begin();
    flood();
    EXPECT_LE(proxy.server().blocks_in_use(), 12U);
}

}  // namespace
}  // namespace breakwater::test
