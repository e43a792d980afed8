#pragma once
// The last hand on a response's head, once every filter has had its own: what follows from the body,
// and what every answer of ours has. The worker's thread.

#include "proxy/exchange/exchange.h"

namespace breakwater::serve {

/// Sets Content-Length from the body, or removes it; adds Date (RFC 9110 section 6.6.1) where the pod
/// sent none; removes Server. Drops the body of an answer that may not have one.
void finish_head(exchange::Exchange& ex, exchange::Response& response);

}  // namespace breakwater::serve
