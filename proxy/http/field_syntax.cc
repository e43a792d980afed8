#include "proxy/http/field_syntax.h"

#include "proxy/base/ascii.h"

#if defined(__SSE2__)
#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>
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

bool is_usual_host(std::string_view text) {
    char before = '.';
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
        if (!letter && (c != '.' || before == '.')) return false;
        before = c;
    }
    return before != '.';
}

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

template <class Word>
std::uint64_t word(const char* at) {
    Word value;
    std::memcpy(&value, at, sizeof(value));
    return value;
}

/// The next bytes, zeros behind them. Reads no byte that is not the text's.
/// @param text  of 1 to kStep bytes
__m128i padded(std::string_view text) {
    const char* const at = text.data();
    const std::size_t size = text.size();
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    if (size > 8) {
        low = word<std::uint64_t>(at);
        high = word<std::uint64_t>(at + size - 8) >> (8 * (kStep - size));
    } else if (size >= 4) {
        low = word<std::uint32_t>(at) | word<std::uint32_t>(at + size - 4) << (8 * (size - 4));
    } else {
        for (std::size_t i = size; i > 0; --i)
            low = low << 8 | static_cast<unsigned char>(at[i - 1]);
    }
    return _mm_set_epi64x(static_cast<std::int64_t>(high), static_cast<std::int64_t>(low));
}

}  // namespace

Token token_at(std::string_view bytes) {
    std::size_t at = 0;
    for (; at + kStep <= bytes.size(); at += kStep) {
        const std::uint32_t unusual = not_usual_in_token(bytes.data() + at);
        if (unusual == 0) continue;
        at += static_cast<std::size_t>(std::countr_zero(unusual));
        if (!is_tchar(bytes[at])) return {at, true};
        break;
    }
    return {at + portable::token_length(bytes.substr(at))};
}

std::size_t text_length(std::string_view bytes) {
    std::size_t at = 0;
    for (; at + kStep <= bytes.size(); at += kStep) {
        const std::uint32_t other = not_text(bytes.data() + at);
        if (other != 0) return at + static_cast<std::size_t>(std::countr_zero(other));
    }
    return at + portable::text_length(bytes.substr(at));
}

bool is_usual_host(std::string_view text) {
    std::uint32_t dot_before = 1;  // none may stand in front
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), kStep))) {
        const std::string_view step = text.substr(0, kStep);
        const __m128i bytes = padded(step);
        const __m128i letter = _mm_or_si128(in_range(bytes, 'a', 'z'), in_range(bytes, '0', '9'));
        const __m128i dash = _mm_cmpeq_epi8(bytes, each_byte('-'));
        const std::uint32_t usual = mask_of(_mm_or_si128(letter, dash));
        const std::uint32_t dots = mask_of(_mm_cmpeq_epi8(bytes, each_byte('.')));
        if ((usual | dots) != (1U << step.size()) - 1) return false;
        if ((dots & (dots << 1 | dot_before)) != 0) return false;
        dot_before = dots >> (step.size() - 1);
    }
    return dot_before == 0;
}

#else

Token token_at(std::string_view bytes) { return {portable::token_length(bytes)}; }
std::size_t text_length(std::string_view bytes) { return portable::text_length(bytes); }
bool is_usual_host(std::string_view text) { return portable::is_usual_host(text); }

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
