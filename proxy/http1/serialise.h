#pragma once
// Heads as bytes: RFC 9112 sections 3, 4 and 5.
//
// Writes what the head holds, no field more and none less: who owns the connection has set Host,
// Connection and the framing's fields before. Fields holds no name and no value that could end a line
// (fields.h); a target that a rewrite made of decoded text is percent-encoded here, so nothing
// malformed leaves.
//
// Pure, no allocation. Any thread.

#include <cstddef>

#include "proxy/http/head.h"

namespace breakwater::http1 {

/// What write() will write.
[[nodiscard]] std::size_t size_of(const http::RequestHead& head);
[[nodiscard]] std::size_t size_of(const http::ResponseHead& head);
[[nodiscard]] std::size_t size_of(const http::Fields& fields);

/// `method path[?query] HTTP/1.1`, the fields, an empty line. Always HTTP/1.1, whatever version the
/// head came in: the version is a hop's own (RFC 9110 section 2.5).
/// @param head  method_text is a token; path begins with `/`, or is `*`.
/// @param to    size_of(head) bytes
/// @return behind what was written
char* write(const http::RequestHead& head, char* to);
/// `HTTP/1.1 status reason`, the fields, an empty line.
char* write(const http::ResponseHead& head, char* to);
/// The field lines alone, no empty line.
char* write(const http::Fields& fields, char* to);

}  // namespace breakwater::http1
