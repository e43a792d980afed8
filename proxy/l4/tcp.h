#pragma once
// A client's connection that is passed on to a pod as bytes: a TCP service's, or one whose TLS is passed
// through. One worker.

#include "proxy/l4/session.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/reactor/task.h"

namespace breakwater::l4 {

/// Connects to an endpoint, and carries the connection to its end.
/// @param client   of which nothing was read but what came before the pod's bytes; non-blocking
/// @param session  outlives the task; says what became of it
Task<void> pass_connection(Lender& lender, Descriptor client, Session& session);

}  // namespace breakwater::l4
