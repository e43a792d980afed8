#pragma once
// The version in a first line: RFC 9112 section 2.3.

#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/base/error.h"
#include "proxy/http/head.h"

namespace breakwater::http1 {

inline constexpr std::size_t kVersionBytes = 8;

/// `HTTP/1.0`, else any other HTTP/1.x as HTTP/1.1 (RFC 9110 section 2.5).
/// @error bad_request  not a version. @error bad_version  of another major number.
[[nodiscard]] inline Result<http::Version> parse_version(std::string_view text) {
    if (text.size() != kVersionBytes || !text.starts_with("HTTP/") || !is_digit(text[5]) ||
        text[6] != '.' || !is_digit(text[7])) {
        return fail(Err::bad_request, "not an HTTP version");
    }
    if (text[5] != '1') return fail(Err::bad_version, "not HTTP/1");
    return text[7] == '0' ? http::Version::v1_0 : http::Version::v1_1;
}

}  // namespace breakwater::http1
