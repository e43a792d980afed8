#pragma once
// The small page behind a status that has no other body. Pure; any thread.

#include <string_view>

namespace breakwater::exchange {

inline constexpr std::string_view kPageType = "text/html; charset=utf-8";

/// @return valid for ever.
[[nodiscard]] std::string_view page_of(int status);

}  // namespace breakwater::exchange
