#pragma once
// Path and query of a request in one text: as they leave, and as they came. RFC 9112 section 3.2.1, RFC 9113
// section 8.3.1.
//
// Pure; any thread.

#include <cstddef>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/http/head.h"

namespace breakwater::http {

/// Bytes of a head's path and query, with what has to be percent-encoded so (a rewrite may have put
/// there what no target may hold: RFC 3986 section 2.1).
[[nodiscard]] std::size_t target_size(const RequestHead& head);
/// Writes as many. @return behind them
char* write_target(const RequestHead& head, char* to);

/// Of a target as received, in whichever form: of the absolute one what follows the authority (nginx's
/// `$request_uri`). Borrows from it, or is in the arena.
[[nodiscard]] std::string_view path_and_query(std::string_view target, Arena& arena);

}  // namespace breakwater::http
