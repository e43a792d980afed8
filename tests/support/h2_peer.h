#pragma once
// One end of an HTTP/2 connection in a scenario that writes its frames by hand, so that it can also write
// wrong ones. A client's (h2_client.h) and a pod's (h2_pod.h) have it in common.
//
// Blocking, over a Peer: every wait ends with a failed test. One thread at a time.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/http2/frame_walk.h"
#include "proxy/http2/stream_id.h"
#include "tests/support/peer.h"

struct nghttp2_hd_deflater;
struct nghttp2_hd_inflater;

namespace breakwater::test {

using http2::FrameType;
using http2::StreamId;

namespace flag {
inline constexpr std::uint8_t kNone = 0;
inline constexpr std::uint8_t kAck = 0x1;
inline constexpr std::uint8_t kEndStream = 0x1;
inline constexpr std::uint8_t kEndHeaders = 0x4;
}  // namespace flag

/// Entries of SETTINGS: RFC 9113 section 6.5.2, and RFC 9218 section 2.1.
using H2Settings = std::vector<std::pair<std::uint16_t, std::uint32_t>>;
namespace setting {
inline constexpr std::uint16_t kMaxConcurrentStreams = 3;
inline constexpr std::uint16_t kInitialWindowSize = 4;
inline constexpr std::uint16_t kNoRfc7540Priorities = 9;
}  // namespace setting

using H2Fields = std::vector<std::pair<std::string, std::string>>;
/// The value of the first field of that name.
[[nodiscard]] std::optional<std::string> field_of(const H2Fields& fields, std::string_view name);

struct H2Frame {
    FrameType type{};
    std::uint8_t flags = 0;
    StreamId stream = 0;
    std::string payload;
};

/// What bytes in network order are as a number.
[[nodiscard]] std::uint32_t h2_number(std::string_view bytes);

class H2Peer {
public:
    explicit H2Peer(Peer peer);
    virtual ~H2Peer();
    H2Peer(const H2Peer&) = delete;
    H2Peer& operator=(const H2Peer&) = delete;

    H2Peer& headers(StreamId stream, const H2Fields& fields, bool end);
    H2Peer& data(StreamId stream, std::string_view bytes, bool end = false);
    H2Peer& reset(StreamId stream, std::uint32_t code = 8);
    H2Peer& window_update(StreamId stream, std::uint32_t bytes);
    H2Peer& settings(const H2Settings& entries);
    H2Peer& go_away(StreamId last, std::uint32_t code = 0);
    H2Peer& send(const H2Frame& frame);
    /// The same as bytes, to be sent with others.
    static std::string bytes_of(const H2Frame& frame);
    /// Fields as a header block.
    std::string block(const H2Fields& fields);

    /// The next frame, SETTINGS and PING answered; nothing where the connection has ended.
    std::optional<H2Frame> read_frame();
    /// Gives back no credit by itself from here on.
    void withhold_credit() { gives_credit_ = false; }

    Peer& peer() { return peer_; }

protected:
    /// A whole head or trailer section has come.
    virtual void take_fields(StreamId stream, H2Fields fields, bool end) = 0;
    virtual void take_data(StreamId stream, std::string_view bytes, bool end) = 0;
    virtual void take_reset(StreamId stream, std::uint32_t code) = 0;
    virtual void take_goaway(StreamId /*last*/, std::uint32_t /*code*/) {}

private:
    void send_if_open(const H2Frame& frame);
    void take(const H2Frame& frame);
    void give_credit(const H2Frame& frame, bool end);
    H2Fields decode(std::string_view block);

    Peer peer_;
    nghttp2_hd_deflater* deflater_ = nullptr;
    nghttp2_hd_inflater* inflater_ = nullptr;
    std::string head_block_;
    bool head_ends_stream_ = false;
    bool gives_credit_ = true;
};

}  // namespace breakwater::test
