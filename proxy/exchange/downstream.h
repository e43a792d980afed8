#pragma once
// One request of a client and what answers it: a message on an HTTP/1.1 connection, a stream of HTTP/2.
// The connection makes one for each request that begins, and decides whether another may come.
//
// The calls, in order:
//
//     read_head()  ( body() pulled )  send_interim()*  send_head()  ( sink() pushed )
//
// and, after a head with status 101, tunnel() beside sink(). abort() may come at any time and is the
// last. One worker.

#include "proxy/base/error.h"
#include "proxy/exchange/connection.h"
#include "proxy/exchange/fetch.h"
#include "proxy/http/body.h"
#include "proxy/http/head.h"
#include "proxy/reactor/eventual.h"

namespace breakwater::exchange {

class Downstream : public InterimSink {
public:
    [[nodiscard]] virtual const ConnectionFacts& facts() const = 0;

    /// Reads a request's head in place; its views stay valid as long as this.
    /// What it could read of a head that it refuses is set, for the log.
    /// @error every row of Fault::client: answer with it where it has a status
    virtual Eventual<Done> read_head(http::RequestHead& into) = 0;

    /// The request's body; null where it has none. Lives as long as this.
    virtual http::BodySource* body() = 0;

    /// The head of the final answer. It is held back: it leaves with the first body bytes, or with
    /// flush() or finish() of the sink. The framing follows from Content-Length or its absence.
    /// @param head  without hop-by-hop fields; the protocol adds its own to it
    virtual void send_head(http::ResponseHead& head) = 0;
    /// Whether a byte of the final answer has left: from then on it can only be cut.
    [[nodiscard]] virtual bool head_left() const = 0;
    /// Forgets an answer of which nothing has left; another send_head() follows.
    virtual void discard() = 0;
    /// Where the answer's body goes, after send_head().
    virtual http::BodySink& sink() = 0;
    /// The client's bytes once the connection carries another protocol.
    virtual http::BodySource& tunnel() = 0;

    /// Cuts what is being sent, so that the client can tell it from an end: HTTP/1 closes without the
    /// last chunk, HTTP/2 resets the stream. At most once.
    virtual void abort(const Error& error) = 0;
    /// To hear that the client has left while nobody reads what it sends: of this stream alone, where a
    /// connection carries several.
    virtual Presence& presence() = 0;
    /// After the answer: whether another request may come this way.
    [[nodiscard]] virtual bool reusable() const = 0;

    /// Bytes of the request (head and body) and of the answer, as they were on the wire so far.
    [[nodiscard]] virtual std::uint64_t received_bytes() const = 0;
    [[nodiscard]] virtual std::uint64_t sent_bytes() const = 0;
    /// Bytes of the answer's body alone.
    [[nodiscard]] virtual std::uint64_t sent_body_bytes() const = 0;
    /// When the request's first byte was there.
    [[nodiscard]] virtual Time request_began() const = 0;
};

}  // namespace breakwater::exchange
