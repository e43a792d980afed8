#pragma once
// How many body bytes follow a message head: RFC 9112 section 6.3; what to refuse: 6.1 and 11.2.
//
// Strict where the RFC leaves a proxy the choice: two hops that disagree on a length is request
// smuggling, so what is ambiguous is refused and never repaired. This goes further than it must in two
// places: a Content-Length given twice is refused even if both say the same (RFC 9110 section 8.6
// leaves the choice), and an empty element in Transfer-Encoding (`, chunked`), which a recipient
// should overlook, is what obfuscation looks like.
//
// Pure: no I/O, no clock, no allocation. Any thread.

#include <cstdint>

#include "proxy/base/error.h"
#include "proxy/http/head.h"

namespace breakwater::http1 {

struct Framing {
    enum class Kind : std::uint8_t { none, length, chunked, until_close };
    Kind kind = Kind::none;
    std::uint64_t length_bytes = 0;  ///< Kind::length only; at most 2^63 - 1
    bool operator==(const Framing&) const = default;
};

/// Framing of a request. `fields` is borrowed for the call.
///
/// @return never Kind::until_close: a request body always says its own length. `Content-Length: 0` is
///         a length, and not Kind::none.
/// @error bad_framing     Content-Length beside Transfer-Encoding, or twice; a sign, space or list inside
///                        one; a last coding that is not `chunked`; any coding on HTTP/1.0. Answer, then
///                        close: the next byte has no meaning any more.
/// @error unknown_coding  a coding before a last `chunked`: RFC 9112 section 6.1. Answer, then close.
[[nodiscard]] Result<Framing> request_framing(const http::Fields& fields, http::Version version);

/// Framing of a response to `request_method`. Its fields are checked whatever the status; where
/// status or method say that there is no body, Kind::none. A Content-Length in a response with status
/// 1xx or 204 is then still in `head`: whoever sends it on leaves it out (RFC 9110 section 8.6).
///
/// @return none also for 101 and a CONNECT's 2xx: what follows is a tunnel and no body.
/// @error bad_response  as for a request, and any coding before `chunked`: none was asked for
[[nodiscard]] Result<Framing> response_framing(const http::ResponseHead& head,
                                               http::Method request_method);

}  // namespace breakwater::http1
