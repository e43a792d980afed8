#pragma once
// The host and the port of a request: RFC 9110 sections 4.2 and 7.2, RFC 3986 section 3.2.
//
// Stricter than the grammar: a name holds letters, digits, `-`, `.`, `_` and `~`. What RFC 3986 also
// allows (percent-encoding, `!$&'()*+,;=`) is in no name that is served, one hop decodes it where
// another does not, and a comma is what two joined Host fields look like. No user information
// (RFC 9110 section 4.2.4), no empty label, no zone, no port 0.
//
// Pure: no allocation but the arena's. Any thread.

#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/base/error.h"

namespace breakwater::http {

/// A name of DNS has at most 253 bytes; the rest is for what other resolvers call a name.
inline constexpr std::size_t kMaxHostBytes = 255;

/// @param authority  host, and a port where there is one; borrowed.
/// @return RequestHead::host: lower case, no port, no trailing dot, an IPv6 literal in its brackets. A
///         part of `authority`, or a text in `arena` where it had upper-case letters.
/// @error bad_host
[[nodiscard]] Result<std::string_view> host_of(std::string_view authority, Arena& arena);

}  // namespace breakwater::http
