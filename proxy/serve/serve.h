#pragma once
// The life of one request, top to bottom, whatever protocol carries it. docs/life_of_a_request.md
// walks through it.
//
// The worker's thread.

#include "proxy/exchange/exchange.h"
#include "proxy/serve/worker_context.h"

namespace breakwater::serve {

/// Serves the requests of one connection (or stream), one after the other, until no more can come.
Task<Done> serve_requests(WorkerContext& worker, exchange::Downstream& down);

}  // namespace breakwater::serve
