#pragma once
// Base64 as the Kubernetes API writes bytes: RFC 4648 section 4, with padding.
//
// Pure. Any thread.

#include <optional>
#include <string>
#include <string_view>

namespace breakwater::kube {

/// Line breaks are passed over, as they are when the API server reads a Secret; so are bits beyond the
/// last byte that are not zero (RFC 4648 section 3.5 leaves that to us).
/// @return nothing where the text is not Base64: a foreign character, padding that is missing or not
///         at the end.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace breakwater::kube
