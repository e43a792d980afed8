#pragma once
// Which hosts and paths of a rule can be served. An API server refuses most of the others; a
// directory of manifests has none. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace breakwater::translate {

/// @param host  lower case, not empty: a DNS name (RFC 1123), perhaps with `*.` in front.
/// @return why it cannot be a host, as the end of a sentence; nothing where it can.
[[nodiscard]] std::optional<std::string_view> mistake_in_host(std::string_view host);

/// @return why no request can match, as the end of a sentence; nothing where some can. Matching is on
///         the normalised path (proxy/table/path.h): what is not normal matches nothing.
[[nodiscard]] std::optional<std::string_view> mistake_in_path(std::string_view path);

}  // namespace breakwater::translate
