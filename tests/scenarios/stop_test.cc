// The end of a process, as its clients see it: politeness first, then the idle ones, and what is in
// flight to its end.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class Stop : public testing::Test {
protected:
    void begin(const std::string& head = kGet) {
        client.send(head);
        visitor = pod.accept();
        visitor.read_head();
    }

    Pod pod;
    Proxy proxy{table_to({pod.address()})};
    Peer client = proxy.connect();
    Peer visitor{Descriptor()};
};

TEST_F(Stop, DrainingClosesWithTheNextAnswerAndStillTakesNewConnections) {
    begin();
    visitor.send(ok(""));
    EXPECT_EQ(field_of(client.read_message(), "Connection"), std::nullopt);
    proxy.server().drain();
    proxy.server().settle();
    EXPECT_FALSE(client.has_news()) << "an idle connection waits for its next request";
    client.send(kGet);
    visitor.read_head();
    visitor.send(ok(""));
    EXPECT_EQ(field_of(client.read_message(), "Connection"), "close");
    EXPECT_TRUE(client.sees_end());

    Peer late = proxy.connect();
    late.send(kGet);
    visitor.read_head();
    visitor.send(ok("served"));
    EXPECT_EQ(body_of(late.read_message()), "served");
}

TEST_F(Stop, StoppingEndsIdleConnectionsAndFinishesRequests) {
    Peer idle = proxy.connect();
    begin();
    proxy.server().stop_accepting();
    EXPECT_TRUE(idle.sees_end());
    visitor.send(ok("in flight"));
    const std::string answer = client.read_message();
    EXPECT_EQ(body_of(answer), "in flight");
    EXPECT_EQ(field_of(answer, "Connection"), "close");
    EXPECT_TRUE(client.sees_end());
    proxy.server().settle();
    EXPECT_EQ(proxy.server().connections(), 0U);
}

// Its head left before anybody thought of an end, and said nothing of one.
TEST_F(Stop, AnAnswerThatBeganBeforeIsItsConnectionsLast) {
    begin();
    visitor.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    client.read_until("hello");
    proxy.server().stop_accepting();
    proxy.server().settle();
    visitor.send("world");
    EXPECT_EQ(client.read_exactly(5), "world");
    EXPECT_TRUE(client.sees_end());
}

TEST_F(Stop, ATunnelLivesOn) {
    begin("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    visitor.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    client.read_head();
    proxy.server().drain();
    proxy.server().stop_accepting();
    proxy.server().settle();
    client.send("ping");
    EXPECT_EQ(visitor.read_exactly(4), "ping");
    visitor.close();
    EXPECT_TRUE(client.sees_end());
}

/// Asks again and again, and reads nothing.
class Unread {
public:
    /// @return false: the proxy has no room for answers any more, and takes no request
    bool ask() {
        client_.send(kGet);
        if (asked_++ == 0) visitor_ = pod_.accept();
        for (int i = 0; i < 3 && !visitor_.has_news(); ++i) proxy_->server().settle();
        if (!visitor_.has_news()) return false;
        visitor_.read_head();
        visitor_.send(ok(std::string(kBody, 'x')));
        proxy_->server().settle();
        return true;
    }
    /// As the process does it: with its last connection it ends.
    void stop() {
        proxy_->server().stop_accepting();
        proxy_->server().settle();
        if (proxy_->server().connections() == 0) proxy_.reset();
    }
    /// The bodies' bytes that arrive until the end.
    std::size_t read() {
        const std::string all = client_.read_to_end();
        return static_cast<std::size_t>(std::ranges::count(all, 'x'));
    }

    static constexpr std::size_t kBody = 3000;

private:
    Pod pod_;
    std::optional<Proxy> proxy_{std::in_place, table_to({pod_.address()})};
    Peer client_ = proxy_->connect();
    Peer visitor_{Descriptor()};
    int asked_ = 0;
};

// The last answers may not be with the kernel yet, although they are done with: the loop's own queue holds them.
TEST(StopWithASlowClient, WhatHasBeenAnsweredArrives) {
    std::size_t room = 0;
    for (Unread first; first.ask();) ++room;
    ASSERT_GT(room, 1U);
    const std::size_t answers = room - 1;  // the next one would have to wait for the end of this
    Unread client;
    for (std::size_t i = 0; i < answers; ++i) ASSERT_TRUE(client.ask()) << i;
    client.stop();
    EXPECT_EQ(client.read(), answers * Unread::kBody);
}

// What is in flight when the process ends is cut, and everything it holds goes in order (ASan looks).
TEST(StopAtOnce, WithEveryKindOfRequestInFlight) {
    Pod pod;
    auto proxy = std::make_unique<Proxy>(table_to({pod.address()}), 2);
    Peer idle = proxy->connect();
    Peer half_a_head = proxy->connect();
    half_a_head.send("GET / HT");
    Peer waiting = proxy->connect();
    waiting.send(kGet);
    Peer asked = pod.accept();
    asked.read_head();
    Peer uploading = proxy->connect();
    uploading.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    Peer taking = pod.accept();
    taking.read_until("hello");
    Peer downloading = proxy->connect();
    downloading.send(kGet);
    Peer giving = pod.accept();
    giving.read_head();
    giving.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    downloading.read_until("hello");
    Peer calling = proxy->connect();
    calling.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    Peer called = pod.accept();
    called.read_head();
    called.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    calling.read_head();
    Peer lingering = proxy->connect();
    lingering.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n");
    lingering.read_to_end();

    proxy.reset();
    for (Peer* client : {&idle, &half_a_head, &waiting, &uploading, &downloading, &calling}) {
        EXPECT_EQ(client->drain(), 0U);
    }
    for (Peer* end : {&asked, &taking, &giving, &called}) EXPECT_EQ(end->drain(), 0U);
}

}  // namespace
}  // namespace breakwater::test
