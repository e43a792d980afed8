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

}  // namespace breakwater::kube
