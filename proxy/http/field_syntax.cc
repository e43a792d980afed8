#include "proxy/http/field_syntax.h"

#include <cstring>

namespace breakwater::http {
namespace {

template <std::uint8_t kClass>
std::size_t length_of(std::string_view bytes) {
    std::size_t i = 0;
    while (i < bytes.size() && (kByteClasses[static_cast<unsigned char>(bytes[i])] & kClass) != 0) {
        ++i;
    }
    return i;
}

constexpr std::uint64_t each_byte(std::uint8_t value) { return 0x0101010101010101U * value; }

/// Whether one of the eight bytes is below 0x20 or is DEL. A tab counts, so this only sorts out the
/// usual words.
constexpr bool has_control(std::uint64_t word) {
    const std::uint64_t del = word ^ each_byte(0x7F);
    const std::uint64_t low = (word - each_byte(0x20)) & ~word;
    return ((low | ((del - each_byte(1)) & ~del)) & each_byte(0x80)) != 0;
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::size_t token_length(std::string_view bytes) { return length_of<kTokenByte>(bytes); }

std::size_t text_length(std::string_view bytes) {
    std::uint64_t word;
    std::size_t at = 0;
    for (; at + sizeof(word) <= bytes.size(); at += sizeof(word)) {
        std::memcpy(&word, bytes.data() + at, sizeof(word));
        if (!has_control(word)) continue;
        const std::size_t good = length_of<kTextByte>(bytes.substr(at, sizeof(word)));
        if (good < sizeof(word)) return at + good;
    }
    return at + length_of<kTextByte>(bytes.substr(at));
}

std::size_t target_length(std::string_view bytes) { return length_of<kTargetByte>(bytes); }

bool valid_field_name(std::string_view name) {
    return !name.empty() && token_length(name) == name.size();
}

bool valid_field_value(std::string_view value) {
    if (value.empty()) return true;
    return !is_blank(value.front()) && !is_blank(value.back()) &&
           text_length(value) == value.size();
}

}  // namespace breakwater::http
