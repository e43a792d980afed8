#pragma once
// The `grpc-status` of an answer, for the log and the metrics: it stands in the trailers, or in the head of
// an answer that is nothing but trailers. The worker's thread.

#include "proxy/exchange/exchange.h"

namespace breakwater::serve {

/// Where the pod answers in gRPC: has `ex.grpc_status` set when the answer has come to its end.
void watch_grpc_status(exchange::Exchange& ex, exchange::Response& response);

}  // namespace breakwater::serve
