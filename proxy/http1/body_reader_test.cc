// A body as it comes: in pieces, late, cut, and never.

#include "proxy/http1/body_reader.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/support/scripted_stream.h"

namespace breakwater::http1 {
namespace {

using namespace std::chrono_literals;

constexpr Duration kReadPatience = 60s;
constexpr Framing kInChunks{.kind = Framing::Kind::chunked};
constexpr Framing kToTheEnd{.kind = Framing::Kind::until_close};

Framing of_length(std::uint64_t bytes) {
    return {.kind = Framing::Kind::length, .length_bytes = bytes};
}

struct BodyReaderTest : testing::Test, test::ScriptedLoop {
    /// Pulls to the end, or to an error.
    static Task<void> pull_all(BodyReaderTest& t, BodyReader& body) {
        for (;;) {
            http::Pull pull = body.try_pull();
            if (const auto* chunk = std::get_if<http::Chunk>(&pull)) {
                t.got += chunk->bytes;
            } else if (const auto* failed = std::get_if<Error>(&pull)) {
                t.error = failed->code;
                co_return;
            } else if (std::holds_alternative<http::End>(pull)) {
                t.ended = true;
                co_return;
            } else {
                Done ready = co_await body.wait();
                if (ready) continue;
                t.error = ready.error().code;
                co_return;
            }
        }
    }
    static Task<void> read_in_pieces(BodyReaderTest& t, Framing framing, std::string bytes,
                                     bool end) {
        BodyReader body(t.stream, t.in, framing, MessageKind::response, kReadPatience, t.arena);
        Task<void> pulling = pull_all(t, body);
        pulling.start();
        for (const char byte : bytes) {
            t.stream.give({&byte, 1});
            co_await t.pass(kReadPatience - 1s);  // however long each byte takes
        }
        if (end) t.stream.end();
        co_await pulling;
    }
    /// A byte at a time, and then perhaps the connection's end.
    void read(Framing framing, const std::string& bytes, bool end = false) {
        run(read_in_pieces(*this, framing, bytes, end));
    }

    test::ScriptedStream stream{reactor};
    ReadBuffer in{reactor.blocks()};
    Arena arena;
    std::string got;
    bool ended = false;
    std::optional<Err> error;
};

TEST_F(BodyReaderTest, OfALengthEndsWithItsLastByte) {
    read(of_length(5), "hello");
    EXPECT_EQ(got, "hello");
    EXPECT_TRUE(ended);
}

TEST_F(BodyReaderTest, InChunksEndsWithTheLastOne) {
    read(kInChunks, "5;x\r\nhello\r\n1\r\n!\r\n0\r\n\r\n");
    EXPECT_EQ(got, "hello!");
    EXPECT_TRUE(ended);
}

TEST_F(BodyReaderTest, UntilTheConnectionCloses) {
    read(kToTheEnd, "hello", true);
    EXPECT_EQ(got, "hello");
    EXPECT_TRUE(ended);
}

TEST_F(BodyReaderTest, AnEndBeforeTheLengthIsACut) {
    read(of_length(6), "hello", true);
    EXPECT_EQ(error, Err::response_cut);
}

TEST_F(BodyReaderTest, AnEndInAChunkIsACut) {
    read(kInChunks, "5\r\nhel", true);
    EXPECT_EQ(error, Err::response_cut);
}

TEST_F(BodyReaderTest, AnEndWithoutTheLastChunkIsACut) {
    read(kInChunks, "5\r\nhello\r\n", true);
    EXPECT_EQ(error, Err::response_cut);
}

TEST_F(BodyReaderTest, SilenceIsAFailure) {
    struct Test {
        static Task<void> run(BodyReaderTest& t) {
            BodyReader body(t.stream, t.in, of_length(6), MessageKind::request, kReadPatience,
                            t.arena);
            Task<void> pulling = pull_all(t, body);
            pulling.start();
            t.stream.give("hel");
            co_await t.pass(kReadPatience - 1s);
            EXPECT_EQ(t.error, std::nullopt);
            co_await t.pass(2s);
            co_await pulling;
        }
    };
    run(Test::run(*this));
    EXPECT_EQ(got, "hel");
    EXPECT_EQ(error, Err::body_timeout);
}

// A tunnel is silent where both of its directions are.
TEST_F(BodyReaderTest, SilenceIsExcusedByAnother) {
    struct Test {
        static Task<void> run(BodyReaderTest& t) {
            BodyReader body(t.stream, t.in, of_length(6), MessageKind::request, kReadPatience,
                            t.arena);
            Time other = t.reactor.now();
            body.excuse_by(other);
            Task<void> pulling = pull_all(t, body);
            pulling.start();
            for (int i = 0; i < 3; ++i) {
                co_await t.pass(kReadPatience - 1s);
                other = t.reactor.now();
            }
            EXPECT_EQ(t.error, std::nullopt);
            co_await t.pass(kReadPatience +
                            1s);  // silent since the last excuse, which is seen now...
            co_await t.pass(1s);  // ...and is old by then
            co_await pulling;
        }
    };
    run(Test::run(*this));
    EXPECT_EQ(error, Err::body_timeout);
}

}  // namespace
}  // namespace breakwater::http1
