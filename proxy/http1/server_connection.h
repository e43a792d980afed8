#pragma once
// A client's HTTP/1.1 connection: one request after the other, RFC 9112. This is what is left of it
// between two requests; a request is a ServerStream.
//
// One worker.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/exchange/connection.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http1/read_buffer.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/eventual.h"
#include "proxy/reactor/turn_share.h"

namespace breakwater::http1 {

class ServerStream;

class ServerConnection final : public exchange::Leaving {
public:
    /// @param stream, lender, facts  outlive this.
    /// @param idle  kept true while the connection waits for a request: it may be ended then without
    ///              anybody missing an answer. Outlives this.
    ServerConnection(ByteStream& stream, exchange::Lender& lender,
                     const exchange::ConnectionFacts& facts, bool& idle);
    ServerConnection(const ServerConnection&) = delete;
    ServerConnection& operator=(const ServerConnection&) = delete;

    /// Between two requests it may be closed behind this; during one, its answer is the last.
    void leave() override;
    /// Whether this turn's share of requests has been served: the others have theirs first.
    [[nodiscard]] bool turn_spent() const { return share_.spent(); }
    /// Of the first request, once it has begun: whether it is HTTP/2's preface (RFC 9113 section 3.4).
    Eventual<bool> speaks_http2();
    /// What has come, for who goes on with the connection: this is of no more use.
    std::string take_received();
    /// When a client that sends nothing has been waited for long enough.
    [[nodiscard]] Deadline patience() const;
    /// Whether the first byte of a request is there. Where not, wait for readable(), then ask again; no
    /// buffer is held meanwhile.
    /// @param waited  what readable() came to
    /// @error io_closed, io_timeout, shutting_down, …: the connection has ended between two requests;
    ///        there is nothing to answer and nothing to log.
    Result<bool> request_began(const Done& waited = {});
    IoWait readable(Deadline deadline) { return stream_.wait_readable(deadline); }
    /// The request that has begun. It ends before the next one is waited for.
    std::unique_ptr<ServerStream> begin_request();

    /// After the last answer: ends our direction, then reads and drops what the client still sends,
    /// bounded in time and bytes, so that a reset does not destroy the answer on its way (RFC 9112
    /// section 9.6). Returns at once where nothing can be outstanding.
    Eventual<void> close_in_order();

private:
    friend class ServerStream;

    /// Pipelined requests that are answered without waiting share the loop with the others.
    static constexpr std::uint64_t kRequestsPerTurn = 16;

    [[nodiscard]] const table::Settings& settings() const { return lender_.table->settings(); }
    [[nodiscard]] bool input_outstanding() const;
    Task<bool> wait_for_preface();

    ByteStream& stream_;
    exchange::Lender& lender_;
    const exchange::ConnectionFacts& facts_;
    bool& idle_;
    ReadBuffer in_;
    Time began_{};  ///< when the present request's first byte was there
    int requests_ = 0;
    TurnShare<kRequestsPerTurn> share_;
    // What the last request left.
    bool input_complete_ = true;  ///< it is known where it ended, and it has been read up to there
    bool aborted_ = false;
    bool leaving_ = false;  ///< the request at hand is the last
};

}  // namespace breakwater::http1
