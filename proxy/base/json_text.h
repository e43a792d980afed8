#pragma once
// A string as JSON text, for the lines that are built by hand because they are many: RFC 8259
// section 7. What is not valid UTF-8 becomes U+FFFD, so that a line is always valid JSON.

#include <string>
#include <string_view>

namespace breakwater {

/// Appends `text` in double quotes. Pure; any thread.
void append_json_string(std::string& to, std::string_view text);

}  // namespace breakwater
