#pragma once
// Our HTTP/2 connection to a pod: many requests beside each other, each an attempt.
//
// It runs by itself and is referred to by its streams. It ends when it has been idle for long enough, when
// it has had its time or its requests, when the pod says GOAWAY or goes, or when the endpoint has left the
// table; what is under way is finished first, where the pod lets it. One worker.

#include <memory>

#include "proxy/base/ref.h"
#include "proxy/exchange/fetch.h"
#include "proxy/exchange/transport.h"
#include "proxy/http2/connection.h"
#include "proxy/reactor/timer.h"
#include "proxy/table/settings.h"

namespace breakwater::http2 {

class ClientStream;

namespace detail {
/// Before the Connection, which refers to it.
struct OwnedStream {
    std::unique_ptr<ByteStream> owned;
};
}  // namespace detail

class ClientConnection final : private detail::OwnedStream,
                               public Counted,
                               public ListHook<>,
                               public Connection,
                               private Timer {
public:
    /// @param stream  connected; nothing of HTTP/2 has gone either way. @param reactor  outlives this
    ClientConnection(std::unique_ptr<ByteStream> stream, exchange::TransportPtr transport,
                     Reactor& reactor, const table::UpstreamSettings& limits);

    /// Carries it to its end. @param self  kept alive by it
    static Task<void> run(Ref<ClientConnection> self, Duration patience);

    /// Until the pod has said in its SETTINGS how many requests it takes. @error connect_timeout;
    /// connect_failed: it ended it before, or what it said is no HTTP/2
    Task<Done> wait_for_settings(Deadline deadline);
    /// Whether another request may be sent on it.
    [[nodiscard]] bool takes_request() const;
    /// Whether that is so because of those that are under way.
    [[nodiscard]] bool full() const { return open_ > 0 && !takes_request(); }
    /// Whether the pod takes none at all: a number of 0 in its SETTINGS (RFC 9113 section 6.5.2), or a GOAWAY.
    [[nodiscard]] bool refuses() const { return open_ == 0 && !session_.takes_stream(0); }
    [[nodiscard]] const exchange::TransportPtr& transport() const { return transport_; }
    /// Takes no request any more and ends with the last of those that are under way.
    void retire();

    // By its streams.

    Session& session() { return session_; }
    void begin_stream(ClientStream& stream);
    void end_stream(ClientStream& stream);

private:
    ~ClientConnection() override;
    Stream* on_stream(StreamId /*id*/) override { return nullptr; }  // nothing is pushed to us
    void on_refused() override {}
    void on_settings() override;
    void tidy() override;
    void end_streams() override;
    /// Why that request gets no answer, once the connection has ended.
    [[nodiscard]] Error why_ended(const Outbound& request) const;
    [[nodiscard]] bool has_streams() const override { return open_ > 0; }
    void on_time() override { retire(); }

    exchange::TransportPtr transport_;
    table::UpstreamSettings limits_;
    Time opened_;
    int requests_ = 0;
    std::size_t open_ = 0;
    bool settled_ = false;  ///< the pod's SETTINGS have come
    bool ended_ = false;
    Signal settling_;       ///< one of both
    List<Stream> streams_;  ///< as many; not owned
};

/// Sends the fetch's request and reads the head of its final answer. The request's body flows
/// meanwhile, and after it: the response's body owns that, and ending it ends the upload and the stream.
///
/// @param fetch    outlives the response's body, which lives in its arena.
/// @param attempt  filled as things happen, until the body's end.
/// @error upstream_refused  the pod has not begun with it; upstream_stale  the connection had served others
///        and ended before this was answered; else the rows of Fault::upstream, or what the request's own
///        body failed with
Task<Result<exchange::Response>> ask(Ref<ClientConnection> connection, exchange::Fetch& fetch,
                                     exchange::Attempt& attempt);

}  // namespace breakwater::http2
