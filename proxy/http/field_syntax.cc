#include "proxy/http/field_syntax.h"

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

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::size_t token_length(std::string_view bytes) { return length_of<kTokenByte>(bytes); }

std::size_t text_length(std::string_view bytes) { return length_of<kTextByte>(bytes); }

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
