#include "proxy/http2/frame_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace breakwater::http2 {
namespace {

const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string frame(char type, char flags, char stream, const std::string& payload) {
    return {std::string{0, 0, static_cast<char>(payload.size()), type, flags, 0, 0, 0, stream} +
            payload};
}

/// Types and streams of the frames in `bytes`, given in pieces of so many.
std::vector<std::pair<FrameType, StreamId>> walk(const std::string& bytes, std::size_t piece) {
    FrameWalk walk(kPreface.size());
    std::vector<std::pair<FrameType, StreamId>> found;
    for (std::size_t at = 0; at < bytes.size();) {
        const FrameWalk::Step step = walk.step(std::string_view(bytes).substr(at, piece));
        if (step.head) found.emplace_back(step.head->type, step.head->stream);
        at += step.bytes;
    }
    return found;
}

TEST(FrameWalk, FindsEachFrameHoweverItIsCut) {
    const std::string bytes = kPreface + frame(4, 0, 0, "") + frame(1, 5, 1, "abc") +
                              frame(0, 1, 3, std::string(100, 'x')) + frame(8, 0, 0, "1234");
    const std::vector<std::pair<FrameType, StreamId>> want{
        {FrameType::settings, 0},
        {FrameType::headers, 1},
        {FrameType::data, 3},
        {FrameType::window_update, 0},
    };
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        EXPECT_EQ(walk(bytes, piece), want) << piece;
    }
}

TEST(FrameWalk, ReadsAWholeHead) {
    FrameWalk walk(0);
    const std::string head{'\x01', '\x02', '\x03', '\x00', '\x01', '\xff', '\x00', '\x00', '\x07'};
    const FrameWalk::Step step = walk.step(head);
    ASSERT_TRUE(step.head);
    EXPECT_EQ(step.head->payload_bytes, 0x010203U);
    EXPECT_EQ(step.head->flags, FrameHead::kEndStream);
    EXPECT_EQ(step.head->stream, 0x7f000007);  // the first bit is reserved: RFC 9113 section 4.1
}

}  // namespace
}  // namespace breakwater::http2
