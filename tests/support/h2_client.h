#pragma once
// An HTTP/2 client in a scenario. One thread at a time.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/h2_peer.h"

namespace breakwater::test {

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

class H2Client final : public H2Peer {
public:
    /// Sends the preface and SETTINGS.
    explicit H2Client(Peer peer, const H2Settings& entries = {});

    /// The next stream's number.
    StreamId next_stream() { return std::exchange(next_, next_ + 2); }
    /// `GET path` of `a.test` and whatever else.
    static H2Fields get(std::string_view path, const H2Fields& more = {});
    static H2Fields post(std::string_view path, const H2Fields& more = {});
    /// A CONNECT that asks for a WebSocket: RFC 8441 section 4.
    static H2Fields connect(std::string_view path, const H2Fields& more = {});
    /// Sends a head on a new stream.
    StreamId request(const H2Fields& fields, bool end = true);

    /// Reads until that stream, or the connection, has come to an end. What comes of others is kept.
    H2Answer read_answer(StreamId stream);
    H2Answer ask(const H2Fields& fields) { return read_answer(request(fields)); }
    /// Until something has come of the stream's body.
    std::string read_data(StreamId stream);
    /// Reads until a GOAWAY comes that announces another. @return false: the connection ends without
    bool read_announced_goaway();
    [[nodiscard]] bool goaway_announced() const { return goaway_announced_; }
    /// The code of the last GOAWAY; nothing where the connection ends without.
    std::optional<std::uint32_t> read_goaway();
    /// What has come of it so far.
    [[nodiscard]] std::optional<std::uint32_t> goaway() const { return goaway_; }
    /// The last stream that it names.
    [[nodiscard]] StreamId last_served() const { return last_served_; }

private:
    void take_fields(StreamId stream, H2Fields fields, bool end) override;
    void take_data(StreamId stream, std::string_view bytes, bool end) override;
    void take_reset(StreamId stream, std::uint32_t code) override;
    void take_goaway(StreamId last, std::uint32_t code) override;

    StreamId next_ = 1;
    std::map<StreamId, H2Answer> answers_;
    bool goaway_announced_ = false;
    std::optional<std::uint32_t> goaway_;
    StreamId last_served_ = 0;
};

}  // namespace breakwater::test
