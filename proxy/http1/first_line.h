#pragma once
// The first line of a head and where it ends: RFC 9112 section 2.2.

#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http1/message_kind.h"

namespace breakwater::http1 {

/// CR LF and nothing else: head_scan.h says why.
inline constexpr std::string_view kLineEnd = "\r\n";

/// The first line of `bytes`, its end left out.
/// @error bad_request, or bad_response  it has no end, or a control character in it
[[nodiscard]] inline Result<std::string_view> first_line(std::string_view bytes, MessageKind kind) {
    const std::string_view line = bytes.substr(0, http::text_length(bytes));
    if (!bytes.substr(line.size()).starts_with(kLineEnd)) {
        return fail(error_of(kind, Err::bad_request), "first line without end");
    }
    return line;
}

}  // namespace breakwater::http1
