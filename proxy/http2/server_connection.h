#pragma once
// A client's HTTP/2 connection: RFC 9113. Each stream that it opens is a request, served beside the
// others.
//
// One worker.

#include <string>

#include "proxy/exchange/connection.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http2/allowance.h"
#include "proxy/http2/connection.h"
#include "proxy/http2/server_stream.h"

namespace breakwater::http2 {

/// Who answers requests.
class Handler {
public:
    virtual ~Handler() = default;
    /// One request, from its head to its log line.
    virtual Task<bool> serve(exchange::Downstream& stream) = 0;
};

class ServerConnection final : public Connection, public exchange::Leaving, private Timer {
public:
    /// @param stream, lender, facts, handler  outlive this.
    ServerConnection(ByteStream& stream, exchange::Lender& lender,
                     const exchange::ConnectionFacts& facts, Handler& handler);
    ~ServerConnection() override;

    /// Serves it to its end: that of the client, of its patience, of its number of requests, or of ours.
    /// @param received  what has been read already
    Task<void> serve(std::string received);
    /// In two steps, so that no request is lost that crosses the first: RFC 9113 section 6.8.
    void leave() override;

private:
    friend class ServerStream;

    [[nodiscard]] const table::Settings& settings() const { return lender_.table->settings(); }
    Stream* on_stream(StreamId id) override;
    void tidy() override;
    void on_frame(const FrameHead& head) override;
    void on_refused() override { count_reset(); }
    void end_streams() override;
    [[nodiscard]] bool has_streams() const override { return !streams_.empty() || !ended_.empty(); }
    /// It has been idle for long enough, or the client has had the time to hear that we leave.
    void on_time() override;
    /// The second step: streams that come from here on are refused.
    void close();
    void count_reset();
    /// What serves it has ended: it may go, but not from inside.
    void end(ServerStream& stream);

    exchange::Lender& lender_;
    const exchange::ConnectionFacts& facts_;
    Handler& handler_;
    int requests_ = 0;
    bool leaving_ = false;  ///< the client has been told
    Allowance resets_;
    List<Stream> streams_;  ///< owns them, as the next does
    List<Stream> ended_;
};

}  // namespace breakwater::http2
