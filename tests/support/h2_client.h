#pragma once
// An HTTP/2 client in a scenario that writes its frames by hand, so that it can also write wrong ones.
//
// Blocking, over a Peer: every wait ends with a failed test. One thread at a time.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/http2/frame_walk.h"
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

using H2Fields = std::vector<std::pair<std::string, std::string>>;

struct H2Frame {
    FrameType type{};
    std::uint8_t flags = 0;
    StreamId stream = 0;
    std::string payload;
};

/// What came of a stream, as far as it came.
struct H2Answer {
    std::vector<int> interim;
    int status = 0;
    H2Fields fields;
    std::string body;
    H2Fields trailers;
    bool ended = false;
    std::optional<std::uint32_t> reset;   ///< the code of RST_STREAM
    std::optional<std::uint32_t> goaway;  ///< of GOAWAY, where that ended the wait
    bool cut = false;                     ///< the connection ended first

    [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
};

class H2Client {
public:
    /// Sends the preface and SETTINGS.
    explicit H2Client(Peer peer);
    ~H2Client();
    H2Client(const H2Client&) = delete;
    H2Client& operator=(const H2Client&) = delete;

    /// The next stream's number.
    StreamId next_stream() { return std::exchange(next_, next_ + 2); }
    /// `GET path` of `a.test` and whatever else.
    static H2Fields get(std::string_view path, const H2Fields& more = {});
    static H2Fields post(std::string_view path, const H2Fields& more = {});
    /// Sends a head on a new stream.
    StreamId request(const H2Fields& fields, bool end = true);
    H2Client& headers(StreamId stream, const H2Fields& fields, bool end);
    H2Client& data(StreamId stream, std::string_view bytes, bool end = false);
    H2Client& reset(StreamId stream, std::uint32_t code = 8);
    H2Client& window_update(StreamId stream, std::uint32_t bytes);
    H2Client& settings(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& entries);
    H2Client& send(const H2Frame& frame);
    /// The same as bytes, to be sent with others.
    static std::string bytes_of(const H2Frame& frame);
    /// Fields as a header block.
    std::string block(const H2Fields& fields);

    /// The next frame, SETTINGS and PING answered; nothing where the connection has ended.
    std::optional<H2Frame> read_frame();
    /// Reads until that stream, or the connection, has come to an end. What comes of others is kept.
    H2Answer read_answer(StreamId stream);
    H2Answer ask(const H2Fields& fields) { return read_answer(request(fields)); }
    /// Until something has come of the stream's body.
    std::string read_data(StreamId stream);
    /// The code of the GOAWAY that comes; nothing where the connection ends without.
    std::optional<std::uint32_t> read_goaway();
    /// What has come of it so far.
    [[nodiscard]] std::optional<std::uint32_t> goaway() const { return goaway_; }
    /// Gives back no credit by itself from here on.
    void withhold_credit() { gives_credit_ = false; }

    Peer& peer() { return peer_; }

private:
    void send_if_open(const H2Frame& frame);
    void take(const H2Frame& frame);
    H2Fields decode(std::string_view block);

    Peer peer_;
    StreamId next_ = 1;
    nghttp2_hd_deflater* deflater_ = nullptr;
    nghttp2_hd_inflater* inflater_ = nullptr;
    std::map<StreamId, H2Answer> answers_;
    std::string head_block_;
    std::optional<std::uint32_t> goaway_;
    bool gives_credit_ = true;
};

}  // namespace breakwater::test
