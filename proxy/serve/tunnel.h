#pragma once
// After a 101: two body copies, one for each direction, until one of them ends.

#include "proxy/exchange/exchange.h"

namespace breakwater::serve {

/// Lets go of the table (a tunnel may live for days) and keeps what the log line needs.
/// @param from_pod  the response's body.
Task<Done> run_tunnel(exchange::Exchange& ex, http::BodySource& from_pod);

}  // namespace breakwater::serve
