#pragma once
// A request head: RFC 9112 sections 3 and 5, RFC 9110 sections 4.2, 5 and 7.
//
// What could be read differently by the next hop is refused and never repaired.
// Pure: no allocation but the arena's. Any thread.

#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/head.h"

namespace breakwater::http1 {

/// Fills `into` with views into `bytes`.
///
/// The host is that of an absolute target, whatever a Host field says (RFC 9112 section 3.2.2), else
/// that of Host; the field itself stays as it came. HTTP/1.2 and above are read as HTTP/1.1 (RFC 9110
/// section 2.5). HTTP/1.0 may come without Host: `host` is then empty.
///
/// @param bytes  begin with a head and may go on behind it. They outlive `into`.
/// @param into   as constructed. What was read of a head that is refused is set, for the log.
/// @return the length of the head with its empty line
/// @error bad_request     the request line has another form
/// @error bad_version     another version than HTTP/1.x
/// @error bad_target      target.h
/// @error method_refused  CONNECT
/// @error bad_host        authority.h; HTTP/1.1 without Host; more than one Host
/// @error bad_field, head_too_large  field_lines.h; bad_field also where the head is not all there: what
///                        HeadScan has not found may be any of these yet
/// Answer, then close: where the next request begins is not known.
[[nodiscard]] Result<std::size_t> parse_request_head(std::string_view bytes,
                                                     http::RequestHead& into);

}  // namespace breakwater::http1
