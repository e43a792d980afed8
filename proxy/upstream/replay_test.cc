#include "proxy/upstream/replay.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>

namespace breakwater::upstream {
namespace {

using http::Chunk;
using http::Pull;

/// Gives what it was told to give, then the end.
class Script final : public http::BodySource {
public:
    explicit Script(std::deque<std::string> texts) : texts_(std::move(texts)) {}
    Pull try_pull() override {
        if (at_ == texts_.size()) return http::End{};
        return Chunk{texts_[at_++], {}};
    }
    Task<Done> wait() override { co_return Done{}; }
    [[nodiscard]] std::optional<std::uint64_t> length() const override {
        std::uint64_t rest = 0;
        for (std::size_t i = at_; i < texts_.size(); ++i) rest += texts_[i].size();
        return rest;
    }

private:
    std::deque<std::string> texts_;
    std::size_t at_ = 0;
};

/// What is left of a body, with `|` for its end.
std::string rest_of(http::BodySource& body) {
    std::string all;
    for (;;) {
        const Pull pull = body.try_pull();
        if (std::holds_alternative<http::End>(pull)) return all + "|";
        all += std::get<Chunk>(pull).bytes;
    }
}

TEST(ReplayBody, StartsOverWhileAllOfItIsHeld) {
    Script script({"one", "two", "three"});
    ReplayBody body(script);
    EXPECT_EQ(body.length(), 11U);
    (void)body.try_pull();
    (void)body.try_pull();
    ASSERT_TRUE(body.rewind());
    EXPECT_EQ(body.length(), 11U);
    EXPECT_EQ(rest_of(body), "onetwothree|");
    ASSERT_TRUE(body.rewind()) << "after the end as well";
    EXPECT_EQ(rest_of(body), "onetwothree|");
}

TEST(ReplayBody, MoreBytesThanTheWindowFlowBy) {
    const std::string large(http::kReplayBytes, 'x');
    Script script({"y", large});
    ReplayBody body(script);
    EXPECT_EQ(rest_of(body), "y" + large + "|");
    EXPECT_FALSE(body.rewind());
}

TEST(ReplayBody, ManySmallChunksFlowByBecauseEachPinsABlock) {
    Script script(std::deque<std::string>(9, "x"));
    ReplayBody body(script);
    EXPECT_EQ(rest_of(body), "xxxxxxxxx|");
    EXPECT_FALSE(body.rewind());
}

TEST(ReplayBody, WhatIsNoLongerNeededIsLetGo) {
    Script script({"one", "two"});
    ReplayBody body(script);
    (void)body.try_pull();
    body.stop_holding();
    EXPECT_FALSE(body.rewind());
    EXPECT_EQ(rest_of(body), "two|");
}

}  // namespace
}  // namespace breakwater::upstream
