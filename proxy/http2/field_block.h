#pragma once
// Heads and trailers as nghttp2 takes them: lower-case names, without what is a connection's own
// (RFC 9113 section 8.2).
//
// One thread.

#include <nghttp2/nghttp2.h>

#include <string_view>
#include <vector>

#include "proxy/http/head.h"
#include "proxy/http2/session.h"

namespace breakwater::http2 {

/// Of a request: the pseudo-fields are made of its head (RFC 9113 section 8.3.1).
/// @param scheme  of the connection to the pod; outlives the block, as `head` does
[[nodiscard]] FieldBlock field_block(const http::RequestHead& head, std::string_view scheme);
/// Of an answer. Views into `head`, and what is made anew in its arena.
[[nodiscard]] FieldBlock field_block(const http::ResponseHead& head);
/// Trailers, or the fields of an interim answer: nghttp2 copies them when it is given them.
[[nodiscard]] std::vector<nghttp2_nv> copied_fields(const http::Fields& fields);
[[nodiscard]] std::vector<nghttp2_nv> copied_fields(const http::ResponseHead& head);

}  // namespace breakwater::http2
