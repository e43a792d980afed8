// What walking along a WebSocket's frames promises of any bytes: it does not matter how they are cut.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "proxy/base/check.h"
#include "proxy/http/websocket_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using breakwater::http::WebSocketFrames;
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    WebSocketFrames whole;
    whole.pass(bytes);
    WebSocketFrames pieces;
    for (std::size_t step = 1; !bytes.empty(); step = step % 7 + 1) {
        const std::size_t piece = std::min(step, bytes.size());
        pieces.pass(bytes.substr(0, piece));
        bytes.remove_prefix(piece);
    }
    CHECK(whole.between_frames() == pieces.between_frames());
    CHECK(whole.closed() == pieces.closed());
    return 0;
}
