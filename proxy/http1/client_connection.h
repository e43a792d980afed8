#pragma once
// Our HTTP/1.1 connection to a pod: one request after the other, each an attempt.
//
// One worker. A connection is lent out for one attempt at a time; when the attempt's response has
// ended, it goes home if it may be used again and is closed if not.

#include <cstdint>
#include <memory>

#include "proxy/base/list.h"
#include "proxy/base/ref.h"
#include "proxy/exchange/fetch.h"
#include "proxy/exchange/transport.h"
#include "proxy/http1/message_sink.h"
#include "proxy/http1/read_buffer.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/table/settings.h"

namespace breakwater::http1 {

/// Linked into two lists while it is in nobody's use: its endpoint's, and the worker's by age.
class ClientConnection : public ListHook<struct OfEndpoint>, public ListHook<struct OfWorker> {
public:
    ClientConnection(std::unique_ptr<ByteStream> stream, exchange::TransportPtr transport,
                     BlockPool& blocks, Time opened);

    /// It is not reusable from here on, until an answer has been read to its end.
    void begin_request() {
        ++requests_;
        keep_ = false;
        in_.begin_message();
    }
    /// Whether another request may be sent: both messages of the last one were complete, and neither
    /// the pod nor the bytes on the wire speak against it. Costs no system call.
    [[nodiscard]] bool reusable() const { return keep_ && stream_->idle_and_intact(); }
    [[nodiscard]] const exchange::TransportPtr& transport() const { return transport_; }
    [[nodiscard]] Time opened() const { return opened_; }
    /// When it last came out of use.
    [[nodiscard]] Time idle_since() const { return idle_since_; }
    void begin_idling(Time now) { idle_since_ = now; }
    [[nodiscard]] int requests() const { return requests_; }
    /// Whether another request may follow the present one: `upstream-keepalive-*`.
    [[nodiscard]] bool may_carry_more(const table::UpstreamSettings& limits) const {
        return limits.idle_connections > 0 && requests_ < limits.requests;
    }

    // For another protocol that asks one thing (fastcgi/).

    [[nodiscard]] ByteStream& stream() { return *stream_; }
    [[nodiscard]] ReadBuffer& in() { return in_; }
    [[nodiscard]] MessageSink& sink() { return sink_; }

private:
    friend class Asking;
    friend class AnswerBody;

    std::unique_ptr<ByteStream> stream_;
    exchange::TransportPtr transport_;
    ReadBuffer in_;
    MessageSink sink_;
    Time opened_;
    Time idle_since_{};
    int requests_ = 0;
    bool keep_ = true;
};

/// Where a connection goes when it is not in use.
class ConnectionHome : public Counted {
public:
    virtual void give_back(std::unique_ptr<ClientConnection> connection) = 0;
};

/// A connection that is lent out. Its end gives the connection back, or closes it.
class Lease {
public:
    Lease(Ref<ConnectionHome> home, std::unique_ptr<ClientConnection> connection)
        : home_(std::move(home)), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
        if (connection_ && connection_->reusable()) home_->give_back(std::move(connection_));
    }

    ClientConnection& operator*() const { return *connection_; }
    ClientConnection* operator->() const { return connection_.get(); }

private:
    Ref<ConnectionHome> home_;
    std::unique_ptr<ClientConnection> connection_;
};

/// Sends the fetch's request and reads the head of its final answer. The request's body flows
/// meanwhile, and after it: the response's body owns that, and ending it ends the upload.
///
/// @param fetch    outlives the response's body, which lives in its arena.
/// @param attempt  filled as things happen, until the body's end.
/// @error upstream_stale  a kept connection ended before a byte of an answer; else the rows of
///                        Fault::upstream, or what the request's own body failed with
Task<Result<exchange::Response>> ask(Lease lease, exchange::Fetch& fetch,
                                     exchange::Attempt& attempt);

}  // namespace breakwater::http1
