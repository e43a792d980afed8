#pragma once
// The life of one request, top to bottom, whatever protocol carries it. docs/life_of_a_request.md
// walks through it.
//
// The worker's thread.

#include "proxy/exchange/exchange.h"
#include "proxy/serve/worker_context.h"

namespace breakwater::serve {

/// One request from its head to its log line; an error on the way is answered and logged here.
/// @return whether the connection may carry another
Task<bool> serve_request(WorkerContext& worker, exchange::Downstream& down);

/// Which location the request is for, and what is fetched for it: the step behind the head.
/// @error bad_target
[[nodiscard]] Done find_route(exchange::Exchange& ex);

}  // namespace breakwater::serve
