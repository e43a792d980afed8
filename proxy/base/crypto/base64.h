#pragma once
// Base64 with padding: RFC 4648 section 4.
//
// Pure. Any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwater::crypto {

enum class Base64 : std::uint8_t {
    /// One text for each value: no line breaks (RFC 4648 section 3.1), and the bits beyond the last
    /// byte are zero (section 3.5).
    strict,
    /// What the Kubernetes API server takes: line breaks are passed over, spare bits may be set.
    lenient,
};

/// @return nothing where the text is not Base64: a foreign character, padding that is missing or
/// not
///         at the end.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text,
                                                       Base64 form = Base64::strict);

/// Without line breaks.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace breakwater::crypto
