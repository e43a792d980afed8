#include "proxy/filters/grpc_web_body.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace breakwater::filters {
namespace {

using http::Chunk;
using http::Pull;
using namespace std::string_literals;

// PROTOCOL-WEB.md, "Message framing".
TEST(TrailersFrame, HasTheFormOfAFrame) {
    struct Case {
        std::vector<http::Field> trailers;
        std::string want;
    };
    for (const auto& [trailers, want] : std::initializer_list<Case>{
             {{}, "\x80\0\0\0\0"s},
             {{{"grpc-status", "0"}}, "\x80\0\0\0\x10grpc-status: 0\r\n"s},
             {{{"grpc-status", "5"}, {"grpc-message", "not found"}},
              "\x80\0\0\0\x29grpc-status: 5\r\ngrpc-message: not found\r\n"s},
             {{{"Grpc-Status", "0"}, {"X-Empty", ""}},  // "use lower-case header/trailer names"
              "\x80\0\0\0\x1bgrpc-status: 0\r\nx-empty: \r\n"s},
         }) {
        Arena arena;
        http::Fields fields(arena);
        fields.append_views(trailers);
        EXPECT_EQ(trailers_frame(fields, arena), want);
    }
}

TEST(TrailersFrame, SaysLengthsOfMoreThanAByte) {
    Arena arena;
    http::Fields trailers(arena);
    const std::string value(0x010203, 'x');
    trailers.add_view("a", value);
    const std::string_view frame = trailers_frame(trailers, arena);
    EXPECT_EQ(frame.substr(0, 5), "\x80\x00\x01\x02\x08"s);
    EXPECT_EQ(frame.size(), 5U + 0x010208);
}

/// Gives what it was told to give, an empty text standing for nothing at hand, then the end.
class Script final : public http::BodySource {
public:
    explicit Script(std::deque<std::string> texts, const http::Fields* trailers = nullptr)
        : texts_(std::move(texts)), trailers_(trailers) {}
    Pull try_pull() override {
        if (at_ == texts_.size()) return http::End{trailers_};
        const std::string& text = texts_[at_++];
        if (text.empty()) return http::WouldWait{};
        return Chunk{text, {}};
    }
    Task<Done> wait() override { co_return Done{}; }

private:
    std::deque<std::string> texts_;
    std::size_t at_ = 0;
    const http::Fields* trailers_;
};

/// What is left of a body: `.` where it has nothing at hand, `|` for its end, `T` for trailers behind it,
/// `!` for a body that is refused.
std::string rest_of(http::BodySource& body) {
    std::string all;
    for (;;) {
        const Pull pull = body.try_pull();
        if (const auto* end = std::get_if<http::End>(&pull))
            return all + (end->trailers ? "|T" : "|");
        if (const auto* error = std::get_if<Error>(&pull)) {
            EXPECT_EQ(error->code, Err::bad_body);
            return all + "!";
        }
        const auto* chunk = std::get_if<Chunk>(&pull);
        all += chunk ? std::string(chunk->bytes) : ".";
    }
}

class GrpcWebBody : public testing::Test {
protected:
    http::BodyPtr script(std::deque<std::string> texts, const http::Fields* trailers = nullptr) {
        return http::BodyPtr(arena.make_owned<Script>(std::move(texts), trailers).release());
    }
    std::string decoded(std::deque<std::string> texts) {
        Script from(std::move(texts));
        DecodedText body(blocks, from);
        return rest_of(body);
    }

    BlockPool blocks;
    Arena arena;
};

TEST_F(GrpcWebBody, TrailersAreItsLastFrame) {
    const http::Fields trailers(arena, {{"a", "b"}});
    FramedTrailers body(arena, script({"x", "", "y"}, &trailers));
    EXPECT_EQ(rest_of(body), "x.y\x80\0\0\0\6a: b\r\n|"s);
}

TEST_F(GrpcWebBody, WithoutTrailersThereIsNoFrame) {
    FramedTrailers body(arena, script({"x"}));
    EXPECT_EQ(rest_of(body), "x|");
}

// PROTOCOL-WEB.md, "Text-encoded (response) streams": padded wherever something leaves.
TEST_F(GrpcWebBody, EachChunkIsASegment) {
    Base64Text body(blocks, script({"f", "", "oo", "bar"}));
    EXPECT_EQ(rest_of(body), "Zg==.b28=YmFy|");
}

TEST_F(GrpcWebBody, ALargeChunkGoesBlockByBlockWithoutPadding) {
    const std::string large(BlockPool::kBulkBytes + 1, 'x');
    Base64Text body(blocks, script({large}));
    EXPECT_EQ(rest_of(body), crypto::encode_base64(large) + "|");
    EXPECT_EQ(blocks.in_use(), 0U);
}

TEST_F(GrpcWebBody, ALargeTextIsDecodedBlockByBlock) {
    const std::string large(BlockPool::kBulkBytes + 1, 'x');
    EXPECT_EQ(decoded({"Zg==", crypto::encode_base64(large)}), "f" + large + "|");
    EXPECT_EQ(blocks.in_use(), 0U);
}

TEST_F(GrpcWebBody, TextIsDecodedHoweverItIsCut) {
    const std::string text = "Zg==Zm9vYmFyZm8=";
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        EXPECT_EQ(decoded({text.substr(0, cut), text.substr(cut)}), "ffoobarfo|")
            << "cut at " << cut;
    }
}

TEST_F(GrpcWebBody, WhatIsNoBase64IsRefused) {
    EXPECT_EQ(decoded({"Zm9v", "Zm\n9"}), "foo!");
    EXPECT_EQ(decoded({"Zm9v", "Zm9"}), "foo!") << "its end is missing";
}

}  // namespace
}  // namespace breakwater::filters
