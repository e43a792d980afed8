#pragma once
// After a 101: two body copies, one for each direction, until one of them ends or the process does.

#include "proxy/exchange/exchange.h"

namespace breakwater::serve {

/// Lets go of the table (a tunnel may live for days) and keeps what the log line needs.
/// When all that is open is to end, a WebSocket is told so by a Close frame; what can be told nothing is cut.
/// @param from_pod  the response's body.
/// @error of the copy that ended; shutting_down: it was cut
Task<Done> run_tunnel(exchange::Exchange& ex, http::BodySource& from_pod);

}  // namespace breakwater::serve
