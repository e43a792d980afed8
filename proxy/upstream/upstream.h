#pragma once
// The pods' side of a worker: a Fetcher that picks endpoints and makes attempts.
//
// Another attempt is made only where nothing can have happened twice: after a connection that could
// not be opened, and, for an idempotent method (RFC 9110 section 9.2.2), after a kept connection that
// ended before it answered. One worker.

#include "proxy/exchange/fetch.h"
#include "proxy/tls/handshake_line.h"
#include "proxy/upstream/pool.h"

namespace breakwater::upstream {

class Upstream final : public exchange::Fetcher {
public:
    explicit Upstream(Reactor& reactor) : reactor_(reactor), pools_(reactor) {}

    /// @error no_endpoint, the rows of Fault::upstream, or what the request's body failed with
    Task<Result<exchange::Response>> fetch(exchange::Fetch& fetch) override;

    Pools& pools() { return pools_; }
    /// Closes kept connections when their time is over, for as long as the worker runs.
    Task<void> sweep_regularly();

private:
    Task<Result<exchange::Response>> attempt(exchange::Fetch& fetch, const Ref<Endpoint>& endpoint);
    Task<Result<exchange::Response>> attempt_anew(exchange::Fetch& fetch, Ref<Endpoint> endpoint);
    /// Over a connection of its own: HTTP/1.1, FastCGI.
    Task<Result<exchange::Response>> attempt_in_turn(exchange::Fetch& fetch,
                                                     Ref<Endpoint> endpoint);
    Task<Result<exchange::Response>> attempt_http2(exchange::Fetch& fetch, Ref<Endpoint> endpoint);
    [[nodiscard]] Deadline connect_deadline(const exchange::Fetch& fetch) const;

    Reactor& reactor_;
    Pools pools_;
    tls::HandshakeLine handshakes_;  ///< with pods
};

}  // namespace breakwater::upstream
