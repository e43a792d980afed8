#pragma once
// A response head: RFC 9112 sections 4 and 5.
//
// Pure: no allocation but the arena's. Any thread.

#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/head.h"

namespace breakwater::http1 {

/// Fills `into` with views into `bytes`. HTTP/1.2 and above are read as HTTP/1.1. The reason may be
/// empty, and the space before it may be missing, as it is from many servers.
///
/// @param bytes  begin with a head and may go on behind it. They outlive `into`.
/// @param into   as constructed.
/// @return the length of the head with its empty line
/// @error bad_response  of any kind: nothing of it is forwarded, and its connection has no next message
[[nodiscard]] Result<std::size_t> parse_response_head(std::string_view bytes,
                                                      http::ResponseHead& into);

}  // namespace breakwater::http1
