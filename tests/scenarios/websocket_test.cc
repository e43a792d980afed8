// WebSockets over HTTP/1.1 (RFC 6455) and HTTP/2 (RFC 8441): how long they live, and how they end.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proxy/http/websocket_frames.h"
#include "tests/support/h2_client.h"
#include "tests/support/one_pod.h"

namespace breakwater::test {
namespace {

using http::kClientGoesAway;
using http::kServerGoesAway;
using std::chrono::seconds;

const std::string kFrame = "\x81\x04ping";

/// A client's side of a WebSocket.
class Caller {
public:
    virtual ~Caller() = default;
    virtual void send(std::string_view bytes) = 0;
    virtual std::string read(std::size_t bytes) = 0;
    /// What comes until it ends in order; `cut` is added to it where it does not.
    virtual std::string read_rest() = 0;
};

const std::string kCut = " (cut)";

class CallerOverHttp1 final : public Caller {
public:
    CallerOverHttp1(Proxy& proxy, const std::string& protocol) : peer_(proxy.connect()) {
        peer_.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: " + protocol +
                   "\r\n\r\n");
    }
    void send(std::string_view bytes) override { peer_.send(bytes); }
    std::string read(std::size_t bytes) override {
        if (std::exchange(first_, false)) peer_.read_head();
        return peer_.read_exactly(bytes);
    }
    std::string read_rest() override {
        if (std::exchange(first_, false)) peer_.read_head();
        const std::string rest = peer_.read_to_end();
        return peer_.sees_reset() ? rest + kCut : rest;
    }

private:
    Peer peer_;
    bool first_ = true;
};

class CallerOverHttp2 final : public Caller {
public:
    explicit CallerOverHttp2(std::shared_ptr<H2Client> client)
        : client_(std::move(client)), stream_(client_->request(H2Client::connect("/"), false)) {}
    void send(std::string_view bytes) override { client_->data(stream_, bytes); }
    std::string read(std::size_t bytes) override {
        while (unread_.size() < bytes) unread_ += client_->read_data(stream_);
        std::string out = unread_.substr(0, bytes);
        unread_.erase(0, bytes);
        return out;
    }
    std::string read_rest() override {
        const H2Answer answer = client_->read_answer(stream_);
        EXPECT_EQ(answer.status, 200);
        return unread_ + answer.body + (answer.ended ? "" : kCut);
    }

private:
    std::shared_ptr<H2Client> client_;
    StreamId stream_;
    std::string unread_;
};

class WebSocket : public OnePod {
protected:
    Peer accept(const std::string& protocol = "websocket") {
        Peer called = pod.accept();
        called.read_head();
        called.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + protocol +
                    "\r\nConnection: Upgrade\r\n\r\n");
        return called;
    }
    void end_tunnels() {
        proxy.server().drain();
        proxy.server().stop_accepting();
        proxy.server().settle();
        proxy.server().end_tunnels();
    }
};

/// Over both protocols.
class EachWebSocket : public WebSocket, public testing::WithParamInterface<bool> {
protected:
    void open() {
        if (GetParam()) {
            caller = std::make_unique<CallerOverHttp2>(std::make_shared<H2Client>(proxy.connect()));
        } else {
            caller = std::make_unique<CallerOverHttp1>(proxy, "websocket");
        }
        called = accept();
        exchange_frames();
    }
    void exchange_frames() {
        called.send(kFrame);
        EXPECT_EQ(caller->read(kFrame.size()), kFrame);
        caller->send(kFrame);
        EXPECT_EQ(called.read_exactly(kFrame.size()), kFrame);
    }

    std::unique_ptr<Caller> caller;
    Peer called{Descriptor()};
};

INSTANTIATE_TEST_SUITE_P(Over, EachWebSocket, testing::Bool(),
                         [](const auto& info) { return info.param ? "http2" : "http1"; });

// Reference 3.6: proxy-read-timeout is the idle limit of WebSockets, too.
TEST_P(EachWebSocket, SilenceEndsItAfterTheReadTimeout) {
    open();
    proxy.advance(seconds(59));
    exchange_frames();
    proxy.advance(seconds(61));
    EXPECT_EQ(caller->read_rest(), kCut);
    EXPECT_EQ(called.drain(), 0U);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"upstream_timeout\""), std::string::npos) << line;
}

// nginx arms the timer anew with whatever moves, either way.
TEST_P(EachWebSocket, OneDirectionThatMovesKeepsIt) {
    open();
    for (int i = 0; i < 3; ++i) {
        proxy.advance(seconds(40));
        caller->send(kFrame);
        EXPECT_EQ(called.read_exactly(kFrame.size()), kFrame);
    }
    for (int i = 0; i < 3; ++i) {
        proxy.advance(seconds(40));
        called.send(kFrame);
        EXPECT_EQ(caller->read(kFrame.size()), kFrame);
    }
}

// When the process ends: docs/decisions/tunnels_at_the_end.md.
TEST_P(EachWebSocket, LivesThroughTheDrainAndTakesItsLeave) {
    open();
    proxy.server().drain();
    proxy.server().stop_accepting();
    proxy.server().settle();
    exchange_frames();
    proxy.server().end_tunnels();
    EXPECT_EQ(caller->read_rest(), kServerGoesAway);
    EXPECT_EQ(called.read_to_end(), kClientGoesAway);
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"\",\"error_detail\""), std::string::npos)
        << "nothing failed: " << line;
}

TEST_P(EachWebSocket, BetweenThePartsOfAMessageItMay) {
    open();
    const std::string part("\x01\x02hi", 4);
    called.send(part);
    EXPECT_EQ(caller->read(part.size()), part);
    proxy.server().end_tunnels();
    EXPECT_EQ(caller->read_rest(), kServerGoesAway);
}

TEST_P(EachWebSocket, InTheMiddleOfAFrameItIsCut) {
    open();
    called.send(kFrame.substr(0, 3));
    EXPECT_EQ(caller->read(3), kFrame.substr(0, 3));
    proxy.server().end_tunnels();
    EXPECT_EQ(caller->read_rest(), kCut);
    EXPECT_EQ(called.drain(), kClientGoesAway.size()) << "its other side was between frames";
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"shutting_down\""), std::string::npos) << line;
}

TEST_P(EachWebSocket, NothingFollowsAClose) {
    open();
    called.send(kServerGoesAway);
    EXPECT_EQ(caller->read(kServerGoesAway.size()), kServerGoesAway);
    proxy.server().end_tunnels();
    EXPECT_EQ(caller->read_rest(), kCut);
}

// A thousand descriptors and more of this process: its limit is raised as far as it goes.
TEST_F(WebSocket, ATableIsPublishedUnderFiveHundredAndClosesNone) {
    rlimit limit{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    constexpr int kEach = 250;
    constexpr int kOnOneConnection = 125;
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<Peer> called;
    std::shared_ptr<H2Client> client;
    for (int i = 0; i < kEach; ++i) {
        if (i % kOnOneConnection == 0) client = std::make_shared<H2Client>(proxy.connect());
        callers.push_back(std::make_unique<CallerOverHttp2>(client));
        called.push_back(accept());
        callers.push_back(std::make_unique<CallerOverHttp1>(proxy, "websocket"));
        called.push_back(accept());
    }
    Pod other;
    proxy.publish(table_to({other.address()}));
    publish([](table::RoutingTable& table) {
        location_of(table).policies.timeouts.read = seconds(1);
        table.settings.client.keep_alive = seconds(1);
    });
    proxy.advance(seconds(30));  // they go by the table that they came with
    for (std::size_t i = 0; i < callers.size(); ++i) {
        called[i].send(kFrame);
        ASSERT_EQ(callers[i]->read(kFrame.size()), kFrame) << i;
        callers[i]->send(kFrame);
        ASSERT_EQ(called[i].read_exactly(kFrame.size()), kFrame) << i;
    }
}

// Reference 3.6: proxy-send-timeout, between two writes.
TEST_F(WebSocket, APodThatTakesNothingEndsItAfterTheSendTimeout) {
    publish([](table::RoutingTable& table) {
        location_of(table).policies.timeouts.send = seconds(5);
        location_of(table).policies.timeouts.read = seconds(3600);
    });
    Peer caller = proxy.connect();
    caller.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    Peer called = accept();
    caller.read_head();
    proxy.fill(caller);
    proxy.advance(seconds(4));
    EXPECT_FALSE(caller.has_news());
    proxy.advance_until_news(caller, seconds(2));
    EXPECT_TRUE(caller.sees_reset());
    const std::string line = proxy.next_log_line();
    EXPECT_NE(line.find("\"error\":\"upstream_send_timeout\""), std::string::npos) << line;
}

TEST_F(WebSocket, ATunnelOfAnotherProtocolIsCutWithoutAWord) {
    CallerOverHttp1 caller(proxy, "tcp");
    Peer called = accept("tcp");
    called.send("hello");
    EXPECT_EQ(caller.read(5), "hello");
    end_tunnels();
    EXPECT_EQ(caller.read_rest(), kCut);
    EXPECT_EQ(called.drain(), 0U);
}

}  // namespace
}  // namespace breakwater::test
