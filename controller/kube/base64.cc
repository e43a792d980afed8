#include "controller/kube/base64.h"

#include <cstdint>

namespace breakwater::kube {
namespace {

/// The six bits of a character, -1 for a foreign one.
int bits_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    if (c == '/') return 63;
    return -1;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t group = 0;
    int characters = 0;  // of the group at hand, padding included
    int padding = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r') continue;
        const int bits = c == '=' ? 0 : bits_of(c);
        if (bits < 0) return std::nullopt;
        if (c == '=') {
            if (characters < 2) return std::nullopt;
            ++padding;
        } else if (padding > 0) {
            return std::nullopt;
        }
        group = group << 6 | static_cast<std::uint32_t>(bits);
        if (++characters < 4) continue;
        for (int i = 0; i < 3 - padding; ++i) {
            out += static_cast<char>(group >> (16 - 8 * i) & 0xFF);
        }
        group = 0;
        characters = 0;
    }
    if (characters != 0) return std::nullopt;
    return out;
}

std::string encode_base64(std::string_view bytes) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view three = bytes.substr(at, 3);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= three.size() ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
        }
    }
    return out;
}

}  // namespace breakwater::kube
