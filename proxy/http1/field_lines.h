#pragma once
// The field lines of a head or a trailer section: RFC 9112 section 5, RFC 9110 section 5.
//
// Pure but for the fields that are added; no allocation but the arena's. Any thread.

#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/fields.h"
#include "proxy/http1/message_kind.h"

namespace breakwater::http1 {

/// Adds each line of `lines` to `into`, as views into it, names as they came, values trimmed.
///
/// A request's field with `_` in its name is dropped, as ingress-nginx does: CGI and its heirs read
/// `x_real_ip` and `x-real-ip` as one. White space before the colon is refused in a request and taken
/// away in a response (RFC 9112 section 5.1); folded lines are refused in both (section 5.2).
///
/// @param lines  each ended by CR LF, the empty one not among them.
/// @error bad_field       a request's line without a name, with another byte than a tchar in its name,
///                        folded, without a colon, with a control character, or not ended by CR LF
/// @error head_too_large  more than kMaxFields, or a name longer than Field::kMaxNameBytes, in a request
/// @error bad_response    any of these in a response
[[nodiscard]] Done parse_field_lines(std::string_view lines, MessageKind kind, http::Fields& into);
/// The same up to the empty line that ends a section.
/// @param bytes  may go on behind it
/// @return the section's length with the empty line
[[nodiscard]] Result<std::size_t> parse_field_section(std::string_view bytes, MessageKind kind,
                                                      http::Fields& into);

}  // namespace breakwater::http1
