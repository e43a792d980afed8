#pragma once
// Where the frames begin in bytes that arrive in pieces: RFC 9113 section 4.1. nghttp2 reads what is in
// them, but of some it tells nobody: DATA of a stream that is no more, for one.
//
// No allocation. One thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/http2/stream_id.h"

namespace breakwater::http2 {

/// RFC 9113 section 6; others mean nothing and are passed over (section 5.5).
enum class FrameType : std::uint8_t {
    data = 0,
    headers = 1,
    priority = 2,
    rst_stream = 3,
    settings = 4,
    push_promise = 5,
    ping = 6,
    goaway = 7,
    window_update = 8,
    continuation = 9,
};

struct FrameHead {
    static constexpr std::size_t kBytes = 9;
    static constexpr std::uint8_t kEndStream = 0x1;
    static constexpr std::uint8_t kPadded = 0x8;

    std::size_t payload_bytes = 0;
    FrameType type{};
    std::uint8_t flags = 0;
    StreamId stream = 0;
};

class FrameWalk {
public:
    /// @param skipped_bytes  in front of the first frame: a client's preface
    explicit FrameWalk(std::size_t skipped_bytes) : rest_bytes_(skipped_bytes) {}

    struct Step {
        std::size_t bytes = 0;          ///< up to the end of a frame's head, or of what there is
        std::optional<FrameHead> head;  ///< the frame that begins there
    };
    /// @param bytes  behind what the step before covered
    Step step(std::string_view bytes);

private:
    std::size_t rest_bytes_;  ///< of the present frame
    std::array<std::uint8_t, FrameHead::kBytes> head_{};
    std::size_t head_bytes_ = 0;  ///< of the next frame's, received
};

}  // namespace breakwater::http2
