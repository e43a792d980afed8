#include "proxy/exchange/grpc.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string_view>

namespace breakwater::exchange::grpc {
namespace {

struct ContentCase {
    std::string_view type;
    bool want;
};

// PROTOCOL-HTTP2.md: "application/grpc" [("+proto" / "+json" / {custom})].
TEST(Grpc, ContentTypes) {
    for (const auto& [type, want] : std::initializer_list<ContentCase>{
             {"application/grpc", true},
             {"application/grpc+proto", true},
             {"application/grpc;charset=utf-8", true},
             {"Application/GRPC", true},
             {"application/grpc-web", false},
             {"application/grpc-web+proto", false},
             {"application/grp", false},
             {"text/plain", false},
         }) {
        Arena arena;
        http::Fields fields(arena);
        fields.add("Content-Type", type);
        EXPECT_EQ(is_content(fields), want) << type;
    }
    Arena arena;
    EXPECT_FALSE(is_content(http::Fields(arena)));
}

TEST(Grpc, StatusOfAMessage) {
    for (const auto& [text, want] : std::initializer_list<std::pair<std::string_view, int>>{
             {"0", 0}, {"16", 16}, {"5", 5}, {"17", -1}, {"-1", -1}, {"", -1}, {"5x", -1}}) {
        Arena arena;
        http::Fields fields(arena);
        fields.add("grpc-status", text);
        EXPECT_EQ(status_in(fields).value_or(-1), want) << text;
    }
}

struct TimeoutCase {
    std::string_view text;
    std::optional<Duration> want;
};

// PROTOCOL-HTTP2.md: 1 to 8 digits and a unit.
TEST(Grpc, Timeouts) {
    using namespace std::chrono_literals;
    for (const auto& [text, want] : std::initializer_list<TimeoutCase>{
             {"1H", 1h},
             {"2M", 2min},
             {"3S", 3s},
             {"4m", 4ms},
             {"5u", 5us},
             {"6n", 6ns},
             {"99999999H", std::chrono::years(1)},
             {"0S", 0s},
             {"100000000S", std::nullopt},
             {"S", std::nullopt},
             {"", std::nullopt},
             {"5", std::nullopt},
             {"-5S", std::nullopt},
             {"5s", std::nullopt},
             {"5 S", std::nullopt},
         }) {
        Arena arena;
        http::Fields fields(arena);
        fields.add("grpc-timeout", text);
        EXPECT_EQ(timeout_in(fields), want) << text;
    }
}

// http-grpc-status-mapping.md; 413 is what gRPC itself says of a message that is too large.
TEST(Grpc, StatusForHttp) {
    for (const auto& [http, want] : std::initializer_list<std::pair<int, int>>{{400, 13},
                                                                               {401, 16},
                                                                               {403, 7},
                                                                               {404, 12},
                                                                               {413, 8},
                                                                               {418, 2},
                                                                               {429, 14},
                                                                               {500, 2},
                                                                               {502, 14},
                                                                               {503, 14},
                                                                               {504, 14}}) {
        EXPECT_EQ(status_for(http), want) << http;
    }
}

}  // namespace
}  // namespace breakwater::exchange::grpc
