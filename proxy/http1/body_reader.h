#pragma once
// The body of an HTTP/1.1 message as a source: length, chunked or until the connection closes
// (RFC 9112 sections 6 and 7), from a client or from a pod.
//
// Chunks are views into the connection's blocks: nothing is copied. One thread.

#include <cstdint>
#include <optional>

#include "proxy/base/clock.h"
#include "proxy/http/body.h"
#include "proxy/http1/chunked.h"
#include "proxy/http1/framing.h"
#include "proxy/http1/read_buffer.h"

namespace breakwater::http1 {

/// What a failure of the peer is called: a client's and a pod's have rows of their own.
struct PeerErrors {
    Err cut;      ///< closed or reset before the body's end
    Err stalled;  ///< silent for longer than the timeout
};

class BodyReader final : public http::BodySource {
public:
    /// @param arena    for trailers; as long as this.
    /// @param timeout  between two reads; zero: no limit.
    /// @param kind     whose body it is, hence what its failures are called.
    BodyReader(ByteStream& stream, ReadBuffer& in, Framing framing, MessageKind kind,
               Duration timeout, Arena& arena);

    http::Pull try_pull() override;
    Task<Done> wait() override;
    [[nodiscard]] std::optional<std::uint64_t> length() const override;
    [[nodiscard]] bool splices() override;
    Tried try_splice(Pipe& pipe) override;

    /// Silence is no failure while `last_activity`, which another direction keeps, is recent: a tunnel
    /// is idle when both of its directions are. Borrowed.
    void excuse_by(const Time& last_activity) { last_activity_ = &last_activity; }

    /// Whether the body has been pulled to its end.
    [[nodiscard]] bool complete() const { return complete_; }
    /// Body bytes pulled so far, framing left out.
    [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }
    /// Bytes read off the stream by this so far.
    [[nodiscard]] std::uint64_t wire_bytes() const { return wire_bytes_; }

private:
    /// Of a rest that is shorter, a read or two through our memory cost no more.
    static constexpr std::uint64_t kLeastSpliced = 64 * 1024;

    http::Pull pull_length();
    http::Pull pull_chunked();
    http::Pull pull_until_close();
    http::Pull take(std::size_t count);
    http::Pull end(const http::Fields* trailers = nullptr);
    /// Reads once where nothing is at hand. @return what to answer instead, or nothing.
    std::optional<http::Pull> refill();

    ByteStream& stream_;
    ReadBuffer& in_;
    Framing framing_;
    PeerErrors errors_;
    Duration timeout_;
    std::uint64_t rest_bytes_;  ///< of Framing::Kind::length
    ChunkedDecoder chunked_;
    const Time* last_activity_ = nullptr;
    std::uint64_t body_bytes_ = 0;
    std::uint64_t wire_bytes_ = 0;
    bool complete_;
};

}  // namespace breakwater::http1
