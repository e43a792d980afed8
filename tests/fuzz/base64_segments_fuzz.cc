// What decoding the text of a gRPC-Web request promises of any bytes: it writes no further than it says,
// it does not matter how they are cut, and what is taken is what we would write, segment by segment.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/base/crypto/base64.h"

namespace {

using breakwater::crypto::Base64Segments;

/// @param pieces  the lengths go round from 1 to this @return nothing where it is refused
std::optional<std::string> decode(std::string_view text, std::size_t pieces) {
    Base64Segments segments;
    std::string bytes;
    for (std::size_t step = 1; !text.empty(); step = step % pieces + 1) {
        const std::string_view piece = text.substr(0, step);
        // A room of its own, so that AddressSanitizer sees a byte behind it.
        std::string room(Base64Segments::most_bytes(piece.size()), '\0');
        room.shrink_to_fit();
        const auto size = segments.decode(piece, room.data());
        if (!size) return std::nullopt;
        CHECK(*size <= room.size());
        bytes.append(room, 0, *size);
        text.remove_prefix(piece.size());
    }
    return segments.whole() ? std::optional(bytes) : std::nullopt;
}

/// Each padded group ends a segment.
std::string encode_segments(std::string_view text) {
    std::string again;
    while (!text.empty()) {
        const std::size_t padding = std::min(text.find('='), text.size());
        const std::string_view segment = text.substr(0, (padding + 3) / 4 * 4);
        again += breakwater::crypto::encode_base64(*decode(segment, segment.size()));
        text.remove_prefix(segment.size());
    }
    return again;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto bytes = decode(text, 1);
    CHECK(bytes == decode(text, 7));
    if (bytes) CHECK(encode_segments(text) == text);
    return 0;
}
