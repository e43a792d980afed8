#pragma once
// The log record of an exchange that has ended.

#include "proxy/exchange/exchange.h"
#include "proxy/serve/access_log_record.h"

namespace breakwater::serve {

/// Borrows everything from `ex`: use it before the exchange ends. On the worker's thread.
[[nodiscard]] LogRecord record_of(const exchange::Exchange& ex);

/// Requests that no Ingress asks for (the catch-all's default backend) are not logged unless
/// `enable-access-log-for-default-backend` says so, as with ingress-nginx. What was refused before
/// it had a route is logged.
[[nodiscard]] bool should_log(const exchange::Exchange& ex);

}  // namespace breakwater::serve
