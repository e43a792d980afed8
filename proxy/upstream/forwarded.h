#pragma once
// What a pod is told of the client: Host, X-Request-ID, X-Real-IP and the X-Forwarded-* family, as
// ingress-nginx sends them. What the client itself said in those names is replaced, not believed; what a
// trusted proxy in front said has become Exchange::client before.
//
// The worker's thread.

#include "proxy/exchange/exchange.h"

namespace breakwater::upstream {

/// Makes `ex.fetch.head` out of `ex.received`: without hop-by-hop fields, with ours. Sets
/// `ex.request_id`, `ex.fetch.upgrade` and `ex.fetch.trailers`.
void begin_fetch(exchange::Exchange& ex);

}  // namespace breakwater::upstream
