#pragma once
// Which bytes a field name, a field value and a request target may hold: RFC 9110 sections 5.1, 5.5
// and 5.6.2, RFC 9112 section 3.2.
//
// The loops that look at every byte of a head stand here alone, so that a faster one can take their
// place. Pure; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace breakwater::http {

/// What a byte may be part of.
enum ByteClass : std::uint8_t {
    kTokenByte = 1,  ///< tchar: RFC 9110 section 5.6.2
    kTextByte = 2,   ///< of a field value: visible, space, tab, 0x80 and above (section 5.5)
    /// Of a request target, wider than RFC 3986: everything but control characters, space, `#` and DEL,
    /// as in nginx. Browsers and libraries do send `|`, `{`, `"`, `^` and raw UTF-8, and no two hops
    /// disagree on them.
    kTargetByte = 4,
    kHostNameByte = 8,  ///< letter, digit, `-`, `.`, `_`, `~`: http/authority.h says why no other
    kUpperCase = 16,
};

namespace detail {
consteval std::array<std::uint8_t, 256> byte_classes() {
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool mark =
            c < 0x7F && std::string_view("!#$%&'*+-.^_`|~").contains(static_cast<char>(c));
        if (digit || letter || mark) classes[c] |= kTokenByte;
        if (c == '\t' || (c >= 0x20 && c != 0x7F)) classes[c] |= kTextByte;
        if (c > 0x20 && c != '#' && c != 0x7F) classes[c] |= kTargetByte;
        if (digit || letter || c == '-' || c == '.' || c == '_' || c == '~') {
            classes[c] |= kHostNameByte;
        }
        if (c >= 'A' && c <= 'Z') classes[c] |= kUpperCase;
    }
    return classes;
}
}  // namespace detail
inline constexpr std::array<std::uint8_t, 256> kByteClasses = detail::byte_classes();

constexpr bool is_tchar(char c) {
    return (kByteClasses[static_cast<unsigned char>(c)] & kTokenByte) != 0;
}
constexpr bool is_field_text(char c) {
    return (kByteClasses[static_cast<unsigned char>(c)] & kTextByte) != 0;
}

constexpr bool is_target_byte(char c) {
    return (kByteClasses[static_cast<unsigned char>(c)] & kTargetByte) != 0;
}

struct Token {
    std::size_t bytes = 0;
    bool usual = false;  ///< letters, digits and `-`; where it says no, they may be all the same
};
/// The tchars at the front of `bytes`.
[[nodiscard]] Token token_at(std::string_view bytes);
/// How many they are.
[[nodiscard]] inline std::size_t token_length(std::string_view bytes) {
    return token_at(bytes).bytes;
}
/// How many bytes at the front of `bytes` may stand in a field value.
[[nodiscard]] std::size_t text_length(std::string_view bytes);
/// How many bytes at the front of `bytes` may stand in a request target.
[[nodiscard]] std::size_t target_length(std::string_view bytes);

/// Whether a text is a host's name as nearly every one is: lower-case letters, digits, `-`, and between them
/// single dots. Where it says no, it may be a name all the same.
[[nodiscard]] bool is_usual_host(std::string_view text);

/// The same without the wider look, for a processor that has none; each test holds both together.
namespace portable {
[[nodiscard]] std::size_t token_length(std::string_view bytes);
[[nodiscard]] std::size_t text_length(std::string_view bytes);
[[nodiscard]] bool is_usual_host(std::string_view text);
}  // namespace portable

/// A token: RFC 9110 section 5.1.
[[nodiscard]] bool valid_field_name(std::string_view name);
/// RFC 9110 section 5.5: no control character but a tab, no white space around it. May be empty.
[[nodiscard]] bool valid_field_value(std::string_view value);

}  // namespace breakwater::http
