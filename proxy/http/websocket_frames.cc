#include "proxy/http/websocket_frames.h"

#include <algorithm>

namespace breakwater::http {
namespace {

constexpr std::uint8_t kOpcode = 0x0F;
constexpr std::uint8_t kClose = 0x8;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLength = 0x7F;

/// Bytes of the length that follow the first two of a head.
std::size_t extended_length_bytes(std::uint8_t second) {
    switch (second & kLength) {
        case 126: return 2;
        case 127: return 8;
        default: return 0;
    }
}

std::size_t head_length(std::uint8_t second) {
    const std::size_t mask_bytes = (second & kMasked) != 0 ? 4 : 0;
    return 2 + extended_length_bytes(second) + mask_bytes;
}

}  // namespace

void WebSocketFrames::pass(std::string_view bytes) {
    while (!bytes.empty()) {
        if (payload_bytes_ > 0) {
            const auto here = std::min<std::uint64_t>(payload_bytes_, bytes.size());
            payload_bytes_ -= here;
            bytes.remove_prefix(here);
            continue;
        }
        head_[head_bytes_++] = static_cast<std::uint8_t>(bytes.front());
        bytes.remove_prefix(1);
        if (head_bytes_ >= 2 && head_bytes_ == head_length(head_[1])) end_head();
    }
}

void WebSocketFrames::end_head() {
    closed_ |= (head_[0] & kOpcode) == kClose;
    payload_bytes_ = head_[1] & kLength;
    const std::size_t extended = extended_length_bytes(head_[1]);
    if (extended > 0) payload_bytes_ = 0;
    for (std::size_t i = 0; i < extended; ++i) payload_bytes_ = payload_bytes_ << 8 | head_[2 + i];
    head_bytes_ = 0;
}

}  // namespace breakwater::http
