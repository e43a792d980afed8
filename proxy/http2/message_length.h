#pragma once
// What a head says of its body's length: RFC 9113 section 8.1.1. Pure; any thread.

#include <charconv>
#include <cstdint>
#include <optional>

#include "proxy/http/fields.h"

namespace breakwater::http2 {

/// nghttp2 has seen to it that it is one number, and holds the body to it.
[[nodiscard]] inline std::optional<std::uint64_t> declared_length(const http::Fields& fields) {
    const auto text = fields.get(http::FieldName::content_length);
    if (!text) return std::nullopt;
    std::uint64_t bytes = 0;
    std::from_chars(text->data(), text->data() + text->size(), bytes);
    return bytes;
}

}  // namespace breakwater::http2
