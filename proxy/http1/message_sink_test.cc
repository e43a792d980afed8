// How a message leaves by a connection that takes what it likes: what leaves together, what waits, what ends it.

#include "proxy/http1/message_sink.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/support/scripted_stream.h"

namespace breakwater::http1 {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 60s;

http::Chunk chunk(std::string_view text) { return {text, {}}; }

struct MessageSinkTest : testing::Test, test::ScriptedLoop {
    void begin(BodyFraming framing, std::string_view head = "HEAD|") {
        char* const to = sink.begin(head.size(), framing, kPatience);
        std::memcpy(to, head.data(), head.size());
    }
    /// Sends a large chunk to a peer that takes 1 KiB in each patience, of which nobody is told.
    void send_to_a_slow_peer() {
        struct Test {
            static Task<void> send(MessageSinkTest& t) {
                t.begin(BodyFraming::counted);
                EXPECT_TRUE(t.sink.try_push(chunk(t.large)));
                Done done = co_await t.sink.finish(nullptr);
                EXPECT_TRUE(done);
            }
            static Task<void> run(MessageSinkTest& t) {
                t.stream.room = 0;
                Task<void> sending = send(t);
                sending.start();
                for (int i = 0; i < 100 && !t.sink.complete(); ++i) {
                    t.stream.room = 1024;
                    co_await t.pass(kPatience + 1s);
                }
                co_await sending;
            }
        };
        run(Test::run(*this));
        EXPECT_EQ(stream.written(), "HEAD|" + large);
    }

    test::ScriptedStream stream{reactor};
    MessageSink sink{stream, reactor.blocks(), Err::client_gone, Err::client_stalled};
    const std::string large = std::string(8 * 1024, 'x');  ///< is not copied
};

TEST_F(MessageSinkTest, HeadBodyAndEndLeaveInOneWrite) {
    struct Test {
        static Task<void> run(MessageSinkTest& t) {
            t.begin(BodyFraming::chunked);
            EXPECT_TRUE(t.sink.try_push(chunk("hello")));
            EXPECT_TRUE(t.sink.try_finish(nullptr));
            EXPECT_TRUE(t.sink.complete());
            co_return;
        }
    };
    run(Test::run(*this));
    EXPECT_EQ(stream.writes, std::vector<std::string>{"HEAD|5\r\nhello\r\n0\r\n\r\n"});
    EXPECT_EQ(sink.body_bytes(), 5U);
    EXPECT_EQ(sink.wire_bytes(), stream.written().size());
}

TEST_F(MessageSinkTest, ALargeChunkStaysWhereItIs) {
    struct Test {
        static Task<void> run(MessageSinkTest& t) {
            t.begin(BodyFraming::chunked);
            EXPECT_TRUE(t.sink.try_push(chunk(t.large)));
            EXPECT_FALSE(t.sink.complete());
            EXPECT_TRUE(t.sink.try_finish(nullptr));
            co_return;
        }
    };
    run(Test::run(*this));
    EXPECT_EQ(stream.written(), "HEAD|2000\r\n" + large + "\r\n0\r\n\r\n");
}

// Whatever the cuts, the bytes are the same.
TEST_F(MessageSinkTest, WhatIsTakenPieceByPieceIsWhole) {
    stream.room = 0;
    struct Test {
        static Task<void> send(MessageSinkTest& t) {
            t.begin(BodyFraming::chunked);
            for (const std::string_view part :
                 {std::string_view("one"), std::string_view(t.large), std::string_view("three")}) {
                if (!t.sink.try_push(chunk(part))) {
                    Done pushed = co_await t.sink.push(chunk(part));
                    EXPECT_TRUE(pushed);
                }
            }
            Done done = co_await t.sink.finish(nullptr);
            EXPECT_TRUE(done);
        }
        static Task<void> run(MessageSinkTest& t) {
            Task<void> sending = send(t);
            sending.start();
            for (int i = 0; i < 2000 && !t.sink.complete(); ++i) {
                t.stream.open(7);
                co_await NextTurn(t.reactor);
            }
            co_await sending;
        }
    };
    run(Test::run(*this));
    EXPECT_EQ(stream.written(),
              "HEAD|3\r\none\r\n2000\r\n" + large + "\r\n5\r\nthree\r\n0\r\n\r\n");
}

// The kernel speaks of room when a third of its buffer is free: a slow peer may have taken some, and nobody was told.
TEST_F(MessageSinkTest, APeerThatHasTakenALittleInSilenceHasNotStalled) { send_to_a_slow_peer(); }

TEST_F(MessageSinkTest, NorOneThatHasTakenAPartOfABatchOfRecords) {
    stream.held = 8 * 1024;
    send_to_a_slow_peer();
}

TEST_F(MessageSinkTest, APeerThatTakesNothingHas) {
    stream.room = 0;
    struct Test {
        static Task<void> send(MessageSinkTest& t) {
            t.begin(BodyFraming::counted);
            EXPECT_TRUE(t.sink.try_push(chunk(t.large)));
            Done done = co_await t.sink.finish(nullptr);
            EXPECT_FALSE(done);
            if (!done) EXPECT_EQ(done.error().code, Err::client_stalled);
        }
        static Task<void> run(MessageSinkTest& t) {
            Task<void> sending = send(t);
            sending.start();
            co_await t.pass(kPatience - 1s);
            EXPECT_EQ(t.stream.writes.size(), 0U);
            co_await t.pass(2s);
            co_await sending;
        }
    };
    run(Test::run(*this));
}

TEST_F(MessageSinkTest, WhatBrokeIsSaidByTheNextCall) {
    struct Test {
        static Task<void> run(MessageSinkTest& t) {
            t.begin(BodyFraming::counted);
            t.stream.broken = true;
            EXPECT_TRUE(t.sink.try_push(chunk(t.large)));
            EXPECT_FALSE(t.sink.try_push(chunk("more")));
            Done pushed = co_await t.sink.push(chunk("more"));
            EXPECT_FALSE(pushed);
            if (!pushed) EXPECT_EQ(pushed.error().code, Err::client_gone);
        }
    };
    run(Test::run(*this));
}

TEST_F(MessageSinkTest, AHeadThatHasNotLeftCanBeAnother) {
    struct Test {
        static Task<void> run(MessageSinkTest& t) {
            t.begin(BodyFraming::chunked, "200|");
            EXPECT_TRUE(t.sink.try_push(chunk("a")));
            EXPECT_FALSE(t.sink.begun());
            t.sink.drop();
            t.begin(BodyFraming::counted, "502|");
            EXPECT_TRUE(t.sink.try_finish(nullptr));
            co_return;
        }
    };
    run(Test::run(*this));
    EXPECT_EQ(stream.written(), "502|");
}

TEST_F(MessageSinkTest, TrailersStandBehindTheLastChunk) {
    struct Test {
        static Task<void> run(MessageSinkTest& t) {
            Arena arena;
            http::Fields trailers(arena);
            trailers.add("grpc-status", "0");
            t.begin(BodyFraming::chunked);
            EXPECT_TRUE(t.sink.try_finish(&trailers));
            co_return;
        }
    };
    run(Test::run(*this));
    EXPECT_EQ(stream.written(), "HEAD|0\r\ngrpc-status: 0\r\n\r\n");
}

}  // namespace
}  // namespace breakwater::http1
