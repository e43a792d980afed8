#include "proxy/http/field_syntax.h"

#include "proxy/base/ascii.h"

#if defined(__SSE2__)
#include <emmintrin.h>

#include <bit>
#endif

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

}  // namespace

namespace portable {

std::size_t token_length(std::string_view bytes) { return length_of<kTokenByte>(bytes); }
std::size_t text_length(std::string_view bytes) { return length_of<kTextByte>(bytes); }

}  // namespace portable

#if defined(__SSE2__)

namespace {

constexpr std::size_t kStep = sizeof(__m128i);

__m128i each_byte(char value) { return _mm_set1_epi8(value); }

/// The bytes from `low` to `high`, of which there are fewer than 128.
__m128i in_range(__m128i bytes, char low, char high) {
    // Moved so that the range begins at the least number, where one comparison is enough.
    const __m128i moved = _mm_sub_epi8(bytes, each_byte(static_cast<char>(low + 128)));
    return _mm_cmplt_epi8(moved, each_byte(static_cast<char>(high - low + 1 - 128)));
}

std::uint32_t mask_of(__m128i found) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(found));
}

/// A bit for each of the next kStep bytes that no field value holds.
std::uint32_t not_text(const char* at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = in_range(bytes, 0, 0x1F);
    const __m128i tab = _mm_cmpeq_epi8(bytes, each_byte('\t'));
    const __m128i del = _mm_cmpeq_epi8(bytes, each_byte(0x7F));
    return mask_of(_mm_or_si128(_mm_andnot_si128(tab, control), del));
}

/// A bit for each of the next kStep bytes that is no letter, digit or `-`: what nearly every token is
/// made of.
std::uint32_t not_usual_in_token(const char* at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i letter = in_range(_mm_or_si128(bytes, each_byte(0x20)), 'a', 'z');
    const __m128i digit = in_range(bytes, '0', '9');
    const __m128i dash = _mm_cmpeq_epi8(bytes, each_byte('-'));
    return ~mask_of(_mm_or_si128(_mm_or_si128(letter, digit), dash)) & 0xFFFF;
}

}  // namespace

std::size_t token_length(std::string_view bytes) {
    std::size_t at = 0;
    for (; at + kStep <= bytes.size(); at += kStep) {
        const std::uint32_t unusual = not_usual_in_token(bytes.data() + at);
        if (unusual == 0) continue;
        at += static_cast<std::size_t>(std::countr_zero(unusual));
        if (!is_tchar(bytes[at])) return at;
        break;
    }
    return at + portable::token_length(bytes.substr(at));
}

std::size_t text_length(std::string_view bytes) {
    std::size_t at = 0;
    for (; at + kStep <= bytes.size(); at += kStep) {
        const std::uint32_t other = not_text(bytes.data() + at);
        if (other != 0) return at + static_cast<std::size_t>(std::countr_zero(other));
    }
    return at + portable::text_length(bytes.substr(at));
}

#else

std::size_t token_length(std::string_view bytes) { return portable::token_length(bytes); }
std::size_t text_length(std::string_view bytes) { return portable::text_length(bytes); }

#endif

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
