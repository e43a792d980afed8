#include "proxy/http/websocket_frames.h"

#include <gtest/gtest.h>

#include <string>

namespace breakwater::http {
namespace {

struct FramesCase {
    const char* name;
    const char* source;
    std::string bytes;
    bool between_frames;
    bool closed = false;
};

std::string text(const std::string& head, std::size_t payload_bytes) {
    return head + std::string(payload_bytes, 'x');
}

const std::string kMask = "mask";
const std::string kExtended16("\x82\x7E\x01\x00", 4);
const std::string kExtended64("\x82\x7F\0\0\0\0\0\x01\0\0", 10);

const FramesCase kFramesCases[] = {
    {"nothing", "RFC 6455 5.2", "", true},
    {"first_byte", "RFC 6455 5.2", "\x81", false},
    {"head", "RFC 6455 5.2", "\x81\x05", false},
    {"frame", "RFC 6455 5.7", text("\x81\x05", 5), true},
    {"short_payload", "RFC 6455 5.7", text("\x81\x05", 4), false},
    {"masked", "RFC 6455 5.7", text("\x81\x85" + kMask, 5), true},
    {"half_a_mask", "RFC 6455 5.2", "\x81\x85ma", false},
    {"empty_frame", "RFC 6455 5.5.2", std::string("\x89\x00", 2), true},
    {"empty_masked_frame", "RFC 6455 5.5.2", "\x89\x80" + kMask, true},
    {"two_frames", "RFC 6455 5.2", text("\x81\x02", 2) + text("\x81\x03", 3), true},
    {"first_fragment", "RFC 6455 5.4: control frames may come between", text("\x01\x02", 2), true},
    {"length_of_16_bits", "RFC 6455 5.7", text(kExtended16, 256), true},
    {"one_byte_less", "RFC 6455 5.7", text(kExtended16, 255), false},
    {"half_a_length", "RFC 6455 5.2", kExtended16.substr(0, 3), false},
    {"length_of_64_bits", "RFC 6455 5.7", text(kExtended64, 65536), true},
    {"one_byte_more", "RFC 6455 5.7", text(kExtended64, 65537), false},
    {"largest", "RFC 6455 5.2: no such length",
     text("\x82\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 99), false},
    {"compressed", "RFC 7692 6", text("\xC1\x05", 5), true},
    {"close", "RFC 6455 5.5.1", std::string(kServerGoesAway), true, true},
    {"close_of_a_client", "RFC 6455 5.5.1", std::string(kClientGoesAway), true, true},
    {"close_begun", "RFC 6455 5.5.1", std::string(kServerGoesAway.substr(0, 2)), false, true},
};

class WebSocketFramesTest : public testing::TestWithParam<FramesCase> {};

TEST_P(WebSocketFramesTest, WholeAndInPieces) {
    const FramesCase& c = GetParam();
    SCOPED_TRACE(c.source);
    for (std::size_t cut = 0; cut <= c.bytes.size(); cut += c.bytes.size() > 1000 ? 997 : 1) {
        WebSocketFrames frames;
        frames.pass(std::string_view(c.bytes).substr(0, cut));
        frames.pass(std::string_view(c.bytes).substr(cut));
        EXPECT_EQ(frames.between_frames(), c.between_frames) << "cut at " << cut;
        EXPECT_EQ(frames.closed(), c.closed) << "cut at " << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, WebSocketFramesTest, testing::ValuesIn(kFramesCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::http
