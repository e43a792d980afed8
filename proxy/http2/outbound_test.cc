// How a message leaves by a connection whose peer takes what it likes: what counts as progress, and what ends it.

#include "proxy/http2/outbound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/http/head.h"
#include "proxy/http2/connection.h"
#include "proxy/http2/field_block.h"
#include "tests/support/scripted_stream.h"

namespace breakwater::http2 {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 60s;
constexpr StreamErrors kErrors{.gone = Err::upstream_reset,
                               .refused = Err::upstream_refused,
                               .malformed = Err::bad_response,
                               .send_stalled = Err::upstream_send_timeout,
                               .read_stalled = Err::upstream_timeout};

/// A connection to a pod, with a stream that sends and one that would like to.
class TwoStreams final : public Connection {
public:
    TwoStreams(ByteStream& pod, Reactor& reactor)
        : Connection(Session::Side::client, pod, reactor, {2, 64 * 1024}),
          first_(session_, reactor),
          second_(session_, reactor) {}

    Task<void> run() { return carry({}, kPatience); }
    Outbound& out() { return first_.out(); }
    Outbound& second() { return second_.out(); }
    using Connection::close_when_done;

private:
    class Message final : public Stream {
    public:
        Message(Session& session, Reactor& reactor) : Stream(session, reactor, 0, kErrors) {}

    private:
        void on_field(std::string_view /*name*/, std::string_view /*value*/) override {}
        void on_head(bool /*end*/) override {}
        void on_closed() override {}
    };

    Stream* on_stream(StreamId /*id*/) override { return nullptr; }
    void on_refused() override {}
    void tidy() override {}
    void end_streams() override {
        for (Stream* stream : {&first_, &second_}) {
            stream->close(Error{Err::upstream_reset, "connection ended"});
        }
    }
    [[nodiscard]] bool has_streams() const override { return false; }

    Message first_;
    Message second_;
};

/// The pod's SETTINGS with an INITIAL_WINDOW_SIZE, and a WINDOW_UPDATE of the connection: RFC 9113 section 6.
constexpr std::string_view kMuchCredit{
    "\0\0\x06\x04\0\0\0\0\0"
    "\0\x04\x3f\xff\xff\xff"
    "\0\0\x04\x08\0\0\0\0\0"
    "\x3f\xff\0\0",
    28};

struct OutboundTest : testing::Test, test::ScriptedLoop {
    OutboundTest() {
        head.method_text = "POST";
        head.path = "/";
    }
    /// Sends a body of 256 KiB to a pod that has room for `each` bytes in each patience, of which nobody is told. The
    /// second stream waits for room meanwhile.
    Done send(std::size_t each) {
        struct Test {
            static Task<void> send(OutboundTest& t) {
                t.connection.out().begin(field_block(t.head, "http"), kPatience);
                Done done = co_await t.connection.out().push({t.body, {}});
                if (done) done = co_await t.connection.out().finish(nullptr);
                t.sent = done;
            }
            static Task<void> wait(OutboundTest& t) {
                t.had_room = co_await t.connection.second().wait_for_room(kPatience);
            }
            static Task<void> run(OutboundTest& t, std::size_t each) {
                t.pod.room = 0;
                Task<void> carrying = t.connection.run();
                carrying.start();
                co_await t.pass(1s);  // the credit comes
                Task<void> sending = send(t);
                sending.start();
                Task<void> waiting = wait(t);
                waiting.start();
                for (int i = 0; i < 1000 && !(t.sent && t.had_room); ++i) {
                    t.pod.room = each;
                    co_await t.pass(kPatience + 1s);
                }
                co_await sending;
                co_await waiting;
                t.connection.close_when_done();
                t.pod.open(test::ScriptedStream::kAll);
                co_await carrying;
            }
        };
        run(Test::run(*this, each));
        return *sent;
    }

    const std::string body = std::string(256 * 1024, 'x');
    Arena arena;
    http::RequestHead head{arena};
    test::ScriptedStream pod{reactor};
    TwoStreams connection{pod, reactor};
    std::optional<Done> sent;
    std::optional<Done> had_room;
};

TEST_F(OutboundTest, WhatLeavesOfAFullOutboxIsProgress) {
    pod.give(kMuchCredit);
    EXPECT_TRUE(send(1024));
    EXPECT_EQ(std::ranges::count(pod.written(), 'x'), body.size());
}

TEST_F(OutboundTest, WhatLeavesOfARecordBeforeItIsProgress) {
    pod.give(kMuchCredit);
    pod.held = 20 * 1024;
    EXPECT_TRUE(send(1024));
    EXPECT_TRUE(*had_room);
}

TEST_F(OutboundTest, APodThatTakesNothingEndsTheConnection) {
    pod.give(kMuchCredit);
    const Done done = send(0);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Err::upstream_reset) << "what end_streams() says";
    EXPECT_FALSE(*had_room);
}

TEST_F(OutboundTest, WithoutCreditTheStreamAloneIsStalled) {
    const Done done = send(test::ScriptedStream::kAll);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Err::upstream_send_timeout);
    EXPECT_EQ(std::ranges::count(pod.written(), 'x'), 65'535) << "RFC 9113 section 6.9.2";
}

}  // namespace
}  // namespace breakwater::http2
