#pragma once
// The four forms of a request target: RFC 9112 section 3.2.
//
// Refused: control characters, space, `#` and DEL; everything else passes as it came (field_syntax.h
// says why). Whether percent-encoding is whole is found where the path is normalised.
//
// Pure. Any thread.

#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/head.h"

namespace breakwater::http1 {

/// Parts of a target, as received.
struct Target {
    std::string_view authority;  ///< of the absolute form, not checked; empty for the others
    std::string_view path;       ///< `/` where the absolute form has none; `*`
    std::string_view query;
    bool has_query = false;
    bool absolute = false;
};

/// @param target  what stands between the two spaces of a request line; borrowed.
/// @param method  `*` is for OPTIONS alone; an absolute form without path and query is `*` for it
///                (RFC 9112 section 3.2.4).
/// @error bad_target
/// @error method_refused  CONNECT, whose target is an authority: this is no forward proxy
[[nodiscard]] Result<Target> split_target(std::string_view target, http::Method method);

}  // namespace breakwater::http1
