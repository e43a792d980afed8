#include "proxy/base/crypto/base64.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace breakwater::crypto {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The six bits of a character, -1 for a foreign one.
constexpr int bits_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (is_digit(c)) return c - '0' + 52;
    if (c == '+') return 62;
    if (c == '/') return 63;
    return -1;
}

/// The text of a whole value; `ended` once one of its characters was padding.
class Decoder {
public:
    explicit Decoder(Base64 form) : form_(form) {}

    /// @return false where the text cannot go on with `c`.
    bool take(char c) {
        if (form_ == Base64::lenient && (c == '\n' || c == '\r')) return true;
        if (ended_ || !group_.take(c)) return false;
        if (!group_.full()) return true;
        if (form_ == Base64::strict && group_.has_spare_bits()) return false;
        ended_ = group_.size() < 3;
        char three[3];
        bytes.append(three, group_.empty_into(three));
        return true;
    }

    [[nodiscard]] bool whole() const { return group_.empty(); }
    std::string bytes;

private:
    Base64 form_;
    Base64Group group_;
    bool ended_ = false;
};

/// @param bytes  one to three
char* encode_group(std::string_view bytes, char* to) {
    const auto byte = [&](std::size_t i) {
        return i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0U;
    };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    *to++ = kAlphabet[group >> 18];
    *to++ = kAlphabet[group >> 12 & 63];
    *to++ = bytes.size() > 1 ? kAlphabet[group >> 6 & 63] : '=';
    *to++ = bytes.size() > 2 ? kAlphabet[group & 63] : '=';
    return to;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text, Base64 form) {
    Decoder decoder(form);
    decoder.bytes.reserve(text.size() / 4 * 3);
    for (const char c : text) {
        if (!decoder.take(c)) return std::nullopt;
    }
    if (!decoder.whole()) return std::nullopt;
    return std::move(decoder.bytes);
}

void encode_base64(std::string_view bytes, char* to) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 3))) {
        to = encode_group(bytes.substr(0, 3), to);
    }
}

std::string encode_base64(std::string_view bytes) {
    std::string text(base64_size(bytes.size()), '\0');
    encode_base64(bytes, text.data());
    return text;
}

bool Base64Group::take(char c) {
    const int bits = c == '=' ? 0 : bits_of(c);
    if (c == '=' ? characters_ < 2 : padding_ > 0 || bits < 0) return false;
    if (c == '=') ++padding_;
    bits_ = bits_ << 6 | static_cast<std::uint32_t>(bits);
    ++characters_;
    return true;
}

bool Base64Group::has_spare_bits() const { return (bits_ & ((1U << 8 * padding_) - 1)) != 0; }

std::size_t Base64Group::empty_into(char* to) {
    const std::size_t count = size();
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<char>(bits_ >> (16 - 8 * i) & 0xFF);
    *this = {};
    return count;
}

std::optional<std::size_t> Base64Segments::decode(std::string_view text, char* to) {
    char* const begin = to;
    for (const char c : text) {
        if (!group_.take(c)) return std::nullopt;
        if (!group_.full()) continue;
        if (group_.has_spare_bits()) return std::nullopt;
        to += group_.empty_into(to);
    }
    return static_cast<std::size_t>(to - begin);
}

}  // namespace breakwater::crypto
