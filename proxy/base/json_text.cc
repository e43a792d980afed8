#include "proxy/base/json_text.h"

#include <cstdint>

namespace breakwater {
namespace {

constexpr char kHex[] = "0123456789abcdef";

/// The length of the valid UTF-8 sequence that begins `text`, or 0: RFC 3629 section 4.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto continues = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const std::uint8_t low = first == 0xE0 ? 0xA0 : 0x80;
        const std::uint8_t high = first == 0xED ? 0x9F : 0xBF;
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const std::uint8_t low = first == 0xF0 ? 0x90 : 0x80;
        const std::uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

void write_escaped(TextWriter& out, char c) {
    switch (c) {
        case '"': out.put("\\\""); return;
        case '\\': out.put("\\\\"); return;
        case '\n': out.put("\\n"); return;
        case '\r': out.put("\\r"); return;
        case '\t': out.put("\\t"); return;
        default: break;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte >= 0x20 && byte != 0x7F) {
        out.put(c);
        return;
    }
    out.put("\\u00");
    out.put(kHex[byte >> 4]);
    out.put(kHex[byte & 0xF]);
}

}  // namespace

void write_json_string(TextWriter& out, std::string_view text) {
    out.put('"');
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 1) {
            write_escaped(out, text[0]);
        } else if (length == 0) {
            out.put("\\ufffd");
        } else {
            out.put(text.substr(0, length));
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out.put('"');
}

void append_json_string(std::string& to, std::string_view text) {
    append_written(to, max_json_bytes(text),
                   [&](TextWriter& out) { write_json_string(out, text); });
}

}  // namespace breakwater
