#include "proxy/http1/field_lines.h"

#include "proxy/base/ascii.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http/limits.h"

namespace breakwater::http1 {
namespace {

/// Where the colon should stand: behind the name, and in a response behind white space after it.
std::size_t colon_behind(std::string_view lines, std::size_t name_bytes, MessageKind kind) {
    if (kind == MessageKind::request) return name_bytes;
    while (name_bytes < lines.size() && (lines[name_bytes] == ' ' || lines[name_bytes] == '\t')) {
        ++name_bytes;
    }
    return name_bytes;
}

}  // namespace

Done parse_field_lines(std::string_view lines, MessageKind kind, http::Fields& into) {
    for (std::size_t count = 1; !lines.empty(); ++count) {
        const std::size_t name_bytes = http::token_length(lines);
        const std::size_t colon = colon_behind(lines, name_bytes, kind);
        if (name_bytes == 0 || colon == lines.size() || lines[colon] != ':') {
            return fail(error_of(kind, Err::bad_field), "field line without name and colon");
        }
        const std::size_t end = colon + 1 + http::text_length(lines.substr(colon + 1));
        if (end == lines.size() || lines[end] != '\r') {
            return fail(error_of(kind, Err::bad_field), "field line without end");
        }
        if (count > http::kMaxFields) {
            return fail(error_of(kind, Err::head_too_large), "too many fields");
        }
        const std::string_view name = lines.substr(0, name_bytes);
        if (kind == MessageKind::response || !name.contains('_')) {
            into.add_view(name, trim(lines.substr(colon + 1, end - colon - 1)));
        }
        lines.remove_prefix(end + 2);
    }
    return {};
}

}  // namespace breakwater::http1
