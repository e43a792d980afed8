#include "proxy/http2/frame_walk.h"

#include <algorithm>
#include <cstring>

namespace breakwater::http2 {
namespace {

FrameHead parse(const std::array<std::uint8_t, FrameHead::kBytes>& b) {
    const auto number = [&b](std::size_t at, std::size_t count) {
        std::uint32_t value = 0;
        for (std::size_t i = at; i < at + count; ++i) value = value << 8U | b[i];
        return value;
    };
    constexpr std::uint32_t kReserved = 0x8000'0000;
    return {number(0, 3), static_cast<FrameType>(b[3]), b[4],
            static_cast<StreamId>(number(5, 4) & ~kReserved)};
}

}  // namespace

FrameWalk::Step FrameWalk::step(std::string_view bytes) {
    const std::size_t payload = std::min(rest_bytes_, bytes.size());
    rest_bytes_ -= payload;
    bytes.remove_prefix(payload);
    const std::size_t head = std::min(head_.size() - head_bytes_, bytes.size());
    if (head > 0) std::memcpy(head_.data() + head_bytes_, bytes.data(), head);
    head_bytes_ += head;
    if (head_bytes_ < head_.size()) return {payload + head, std::nullopt};
    head_bytes_ = 0;
    const FrameHead found = parse(head_);
    rest_bytes_ = found.payload_bytes;
    return {payload + head, found};
}

}  // namespace breakwater::http2
