#pragma once
// One feature's hand in a request: redirects, limits, access lists, CORS, a WAF.
//
// A filter knows this folder, never a protocol or a socket: what it asks of a service goes through a
// Fetcher that it is given. Where it stands among the others: filters/chain.h. What a larger one would do, call by call:
// docs/decisions/seams.md.

#include <string_view>

#include "proxy/exchange/response.h"
#include "proxy/exchange/verdict.h"

namespace breakwater::exchange {

class Exchange;

/// Compiled from the table, shared by all workers, never changed: methods are const, and what belongs
/// to one request lives in its Exchange (a struct of the filter's own in the arena). A borrowed
/// reference ends with the call, or with its task.
class Filter {
public:
    virtual ~Filter() = default;

    /// In logs, metrics and /debug/routes: lower_snake.
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// In chain order, once the route is known. May change `fetch.head`, put another source in front of
    /// `fetch.body`, answer, wait. An error ends the request with its page.
    virtual Verdict on_request(Exchange&) const { return {}; }

    /// In reverse order, for the filters that saw the request, whatever answers it: a reply (that of the same
    /// filter, too), an error page, the cache, a pod. May change the head, wrap the body, put a reply in its place, wait; a
    /// head already sent never comes here. Comes again, with the page, when a response failed before
    /// its head left (`error` is set): so set fields, never add.
    virtual Verdict on_response(Exchange&, Response&) const { return {}; }
};

}  // namespace breakwater::exchange
