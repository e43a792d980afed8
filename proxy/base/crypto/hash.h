#pragma once
// SHA-256 (FIPS 180-4), and bytes as hexadecimal text.
//
// Pure. Any thread.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace breakwater::crypto {

using Sha256 = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256 sha256(std::string_view bytes);

/// Two lower-case digits a byte.
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace breakwater::crypto
