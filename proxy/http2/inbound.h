#pragma once
// What has come of a stream's body and has not been read yet, as a source.
//
// The bytes are copied out of the connection's block: a peer that sends a byte a frame would otherwise pin
// a block with each. How many they can be is the stream's window, and reading them is what gives the peer
// credit for more (RFC 9113 section 5.2). One thread.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "proxy/base/clock.h"
#include "proxy/http/body.h"
#include "proxy/reactor/signal.h"

namespace breakwater::http2 {

class Session;
class Stream;

class Inbound final : public http::BodySource {
public:
    /// @param stalled  the row for a peer that sends nothing for too long.
    Inbound(Session& session, const Stream& stream, Reactor& reactor, Err stalled)
        : session_(session), stream_(stream), reactor_(reactor), stalled_(stalled) {}
    /// What nobody has read gives the connection its credit back.
    ~Inbound() override;

    /// Before it is pulled.
    /// @param length   what the head has said, where it has. @param timeout between two frames; zero: no limit.
    void begin(std::optional<std::uint64_t> length, Duration timeout);

    http::Pull try_pull() override;
    Task<Done> wait() override;
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return rest_bytes_; }

    // By the session: none of it resumes anybody before the loop does.

    void receive(std::string_view bytes);
    /// @param trailers  null where there are none; as long as the exchange.
    void end(const http::Fields* trailers);
    /// It will not come to its end. What has come before may still be pulled.
    void fail(const Error& error);

    /// Whether all of it has arrived.
    [[nodiscard]] bool ended() const { return ended_; }

private:
    struct Piece {
        Ref<Block> block;
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    Session& session_;
    const Stream& stream_;
    Reactor& reactor_;
    Err stalled_;
    Duration timeout_{};
    std::optional<std::uint64_t> rest_bytes_;
    std::vector<Piece> pieces_;  ///< the oldest first
    std::uint64_t since_widened_bytes_ = 0;
    const http::Fields* trailers_ = nullptr;
    bool ended_ = false;
    std::optional<Error> error_;
    Time last_activity_{};
    Signal news_;
};

}  // namespace breakwater::http2
