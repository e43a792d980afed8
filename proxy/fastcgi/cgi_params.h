#pragma once
// What a pod of FastCGI is told of a request: the parameters of nginx's `fastcgi_params`, SCRIPT_FILENAME,
// those of the location, and the request's fields (RFC 3875 section 4.1).
//
// In the arena of the fetch. One worker.

#include <span>

#include "proxy/exchange/fetch.h"
#include "proxy/fastcgi/params.h"

namespace breakwater::fastcgi {

/// @error length_required  a body whose length nobody knows: CGI has no words for it
/// @error bad_target       a path that cannot be normalised
[[nodiscard]] Result<std::span<const Param>> cgi_params(const exchange::Fetch& fetch);

}  // namespace breakwater::fastcgi
