#pragma once
// One attempt at a pod of FastCGI 1.0: in the role of the web server, towards a Responder.
//
// A connection carries one request and is closed: kept, it would hold one of the application's processes.

#include "proxy/exchange/fetch.h"
#include "proxy/http1/client_connection.h"

namespace breakwater::fastcgi {

/// Sends the fetch's request and reads the head of its answer. The request's body flows meanwhile, and
/// after it: the response's body owns that, and ending it ends the upload.
///
/// @param fetch    outlives the response's body, which lives in its arena.
/// @param attempt  filled as things happen, until the body's end.
/// @error the rows of Fault::upstream, those of cgi_params(), or what the request's own body failed with
Task<Result<exchange::Response>> ask(http1::Lease lease, exchange::Fetch& fetch,
                                     exchange::Attempt& attempt);

}  // namespace breakwater::fastcgi
