#include "proxy/base/crypto/base64.h"

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

/// Four characters at a time; `ended` once one of them was padding.
class Decoder {
public:
    explicit Decoder(Base64 form) : form_(form) {}

    /// @return false where the text cannot go on with `c`.
    bool take(char c) {
        if (form_ == Base64::lenient && (c == '\n' || c == '\r')) return true;
        if (ended_) return false;
        const int bits = c == '=' ? 0 : bits_of(c);
        if (c == '=' ? characters_ < 2 : padding_ > 0 || bits < 0) return false;
        if (c == '=') ++padding_;
        group_ = group_ << 6 | static_cast<std::uint32_t>(bits);
        return ++characters_ < 4 || finish_group();
    }

    [[nodiscard]] bool whole() const { return characters_ == 0; }
    std::string bytes;

private:
    bool finish_group() {
        const std::uint32_t spare = group_ & ((1U << 8 * padding_) - 1);
        if (form_ == Base64::strict && spare != 0) return false;
        const char three[] = {static_cast<char>(group_ >> 16 & 0xFF),
                              static_cast<char>(group_ >> 8 & 0xFF),
                              static_cast<char>(group_ & 0xFF)};
        bytes.append(three, 3 - padding_);
        ended_ = padding_ > 0;
        group_ = 0;
        characters_ = 0;
        return true;
    }

    Base64 form_;
    std::uint32_t group_ = 0;
    unsigned characters_ = 0;
    unsigned padding_ = 0;
    bool ended_ = false;
};

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

std::string encode_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (; !bytes.empty(); bytes.remove_prefix(bytes.size() < 3 ? bytes.size() : 3)) {
        const auto byte = [&](std::size_t i) {
            return i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0U;
        };
        const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
        text += kAlphabet[group >> 18];
        text += kAlphabet[group >> 12 & 63];
        text += bytes.size() > 1 ? kAlphabet[group >> 6 & 63] : '=';
        text += bytes.size() > 2 ? kAlphabet[group & 63] : '=';
    }
    return text;
}

}  // namespace breakwater::crypto
