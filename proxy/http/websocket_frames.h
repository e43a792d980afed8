#pragma once
// Where the frames of a WebSocket begin and end: RFC 6455 section 5.2. Extensions change what is in a frame,
// not where it ends.
//
// Looks at nothing else and refuses nothing: bytes that are no frames are somebody else's affair. Pure: no
// allocation. One thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace breakwater::http {

/// One direction of a WebSocket, as its bytes pass by.
class WebSocketFrames {
public:
    void pass(std::string_view bytes);

    /// Whether a frame may be put in here. Also between the parts of a message (section 5.4).
    [[nodiscard]] bool between_frames() const { return head_bytes_ == 0 && payload_bytes_ == 0; }
    /// Whether a Close frame has begun: nothing follows it (section 5.5.1).
    [[nodiscard]] bool closed() const { return closed_; }

private:
    static constexpr std::size_t kMostHeadBytes = 14;

    void end_head();

    std::array<std::uint8_t, kMostHeadBytes> head_{};
    std::uint8_t head_bytes_ =
        0;  ///< that have come; 0: the next byte begins a frame, or is payload
    bool closed_ = false;
    std::uint64_t payload_bytes_ = 0;  ///< still to come
};

/// A Close frame with the code 1001, "going away" (section 7.4.1), as a server sends it, and as a client.
inline constexpr std::string_view kServerGoesAway{"\x88\x02\x03\xE9", 4};
/// The mask is to keep others from choosing the bytes on the wire (section 10.3). These are ours: zeros do.
inline constexpr std::string_view kClientGoesAway{"\x88\x82\0\0\0\0\x03\xE9", 8};

}  // namespace breakwater::http
