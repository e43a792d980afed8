#pragma once
// A response head: RFC 9112 sections 4 and 5.
//
// Pure: no allocation but the arena's. Any thread.

#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/head.h"

namespace breakwater::http1 {

/// Fills `into` with views into `head`. HTTP/1.2 and above are read as HTTP/1.1. The reason may be
/// empty, and the space before it may be missing, as it is from many servers.
///
/// @param head  a whole head with its empty line, as HeadScan found it. It outlives `into`.
/// @param into  as constructed.
/// @error bad_response  of any kind: nothing of it is forwarded, and its connection has no next message
[[nodiscard]] Done parse_response_head(std::string_view head, http::ResponseHead& into);

}  // namespace breakwater::http1
