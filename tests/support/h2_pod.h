#pragma once
// The pod's end of an HTTP/2 connection of the proxy, in a scenario. One thread at a time.

#include <map>
#include <optional>
#include <string>

#include "tests/support/h2_peer.h"
#include "tests/support/pod.h"

namespace breakwater::test {

/// A request, as far as it came.
struct H2Request {
    StreamId stream = 0;
    H2Fields fields;
    std::string body;
    H2Fields trailers;
    bool ended = false;
    std::optional<std::uint32_t> reset;

    [[nodiscard]] std::optional<std::string> field(std::string_view name) const {
        return field_of(fields, name);
    }
};

class H2Pod final : public H2Peer {
public:
    /// Reads the preface and sends SETTINGS.
    /// @param connection  Pod::accept()
    explicit H2Pod(Peer connection, const H2Settings& entries = {});

    /// The next request whose head has come.
    H2Request next_head();
    /// The next request that nobody has read, to its end.
    H2Request next_request();
    /// Until something has come of the stream's body.
    std::string read_data(StreamId stream);
    /// Until that stream has come to an end, in order or by a reset.
    H2Request read_to_end(StreamId stream);
    /// The code with which that stream is reset; nothing where the connection ends without.
    std::optional<std::uint32_t> read_reset(StreamId stream);
    /// A 200 with that body, whole.
    void answer(StreamId stream, std::string_view body, const H2Fields& more = {});

private:
    void take_fields(StreamId stream, H2Fields fields, bool end) override;
    void take_data(StreamId stream, std::string_view bytes, bool end) override;
    void take_reset(StreamId stream, std::uint32_t code) override;

    std::map<StreamId, H2Request> requests_;
    StreamId next_ = 1;  ///< of the next request that nobody has read
};

}  // namespace breakwater::test
