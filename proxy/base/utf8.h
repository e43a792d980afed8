#pragma once
// UTF-8 (RFC 3629), as far as texts of others are cut to a length. Pure; any thread.

#include <cstddef>
#include <string_view>

namespace breakwater {

/// The first bytes of `text`, at most so many, and no part of a character behind them.
[[nodiscard]] constexpr std::string_view cut_at_character(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    return text.substr(0, most);
}

}  // namespace breakwater
