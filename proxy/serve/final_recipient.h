#pragma once
// Requests that end here by themselves, whatever the table says: TRACE, and OPTIONS that may go no
// further (RFC 9110 section 7.6.2). The worker's thread.

#include "proxy/exchange/exchange.h"

namespace breakwater::serve {

/// Counts Max-Forwards down where it counts.
/// @return an answer of ours; null: the request goes on.
/// @error method_refused  TRACE: an answer would show fields that a script may not read, cookies above
///                        all. nginx refuses it as well. bad_field: Max-Forwards is no number
[[nodiscard]] Result<exchange::Reply*> answer_here(exchange::Exchange& ex);

}  // namespace breakwater::serve
