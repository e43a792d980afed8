#pragma once
// The type of a YAML scalar, as kubectl's reader resolves it. Pure; any thread.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace breakwater::source {

/// @param plain  without quotes, and without a tag.
/// @return null, a boolean, a number, or the text itself.
[[nodiscard]] nlohmann::json resolve_plain(const std::string& plain);

}  // namespace breakwater::source
