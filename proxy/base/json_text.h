#pragma once
// A string as JSON text, for the lines that are built by hand because they are many: RFC 8259
// section 7. What is not valid UTF-8 becomes U+FFFD, so that a line is always valid JSON.

#include <string>
#include <string_view>

#include "proxy/base/text_writer.h"

namespace breakwater {

/// The most that a text becomes: each byte an escape, and two quotes.
constexpr std::size_t max_json_bytes(std::string_view text) { return 6 * text.size() + 2; }

/// `text` in double quotes. Pure; any thread.
void write_json_string(TextWriter& out, std::string_view text);
void append_json_string(std::string& to, std::string_view text);

}  // namespace breakwater
