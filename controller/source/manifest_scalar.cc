#include "controller/source/manifest_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "proxy/base/ascii.h"

namespace breakwater::source {
namespace {

constexpr std::array kTrue{"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"};
constexpr std::array kFalse{"n",   "N",   "no",    "No",    "NO",   "off",
                            "Off", "OFF", "false", "False", "FALSE"};
constexpr std::array kNull{"", "~", "null", "Null", "NULL"};

bool is_one_of(const auto& words, std::string_view text) {
    return std::ranges::any_of(words, [&](std::string_view word) { return word == text; });
}

/// The base by the digits' prefix, which is taken off: 0x, 0b, 0o, and a leading 0 for octal.
int take_base(std::string_view& digits) {
    if (digits.size() < 2 || digits[0] != '0') return 10;
    int base = 8;
    switch (to_lower(digits[1])) {
        case 'x': base = 16; break;
        case 'b': base = 2; break;
        case 'o': break;
        default: digits.remove_prefix(1); return 8;
    }
    digits.remove_prefix(2);
    return base;
}

std::optional<nlohmann::json> as_integer(std::string text) {
    std::erase(text, '_');
    std::string_view digits = text;
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    const int base = take_base(digits);
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number, base);
    if (error != std::errc() || stopped != end) return {};
    if (!negative) return nlohmann::json(number);
    constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
    if (number > kMost) return {};
    return nlohmann::json(static_cast<std::int64_t>(~number + 1));
}

bool looks_like_float(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t e = text.find_first_of("eE");
    const std::string_view mantissa = text.substr(0, e);
    const auto is_mantissa_char = [](char c) { return is_digit(c) || c == '.'; };
    return !mantissa.empty() && std::ranges::all_of(mantissa, is_mantissa_char) &&
           std::ranges::any_of(mantissa, is_digit) && std::ranges::count(mantissa, '.') <= 1;
}

std::optional<nlohmann::json> as_float(const std::string& text) {
    if (!looks_like_float(text)) return {};
    double number = 0;
    const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(begin, end, number);
    if (error != std::errc() || stopped != end || !std::isfinite(number)) return {};
    return nlohmann::json(number);
}

}  // namespace

nlohmann::json resolve_plain(const std::string& plain) {
    if (is_one_of(kNull, plain)) return nullptr;
    if (is_one_of(kTrue, plain)) return true;
    if (is_one_of(kFalse, plain)) return false;
    const char first = plain.front();
    if (is_digit(first) || first == '-' || first == '+' || first == '.') {
        if (const auto integer = as_integer(plain)) return *integer;
        if (const auto number = as_float(plain)) return *number;
    }
    return plain;
}

}  // namespace breakwater::source
