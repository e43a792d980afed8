#include "proxy/http1/field_lines.h"

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http/limits.h"
#include "proxy/http1/first_line.h"

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

/// Adds the first line of `rest`, which begins behind it then.
Done take_line(std::string_view& rest, MessageKind kind, http::Fields& into) {
    const http::Token token = http::token_at(rest);
    const std::size_t colon = colon_behind(rest, token.bytes, kind);
    if (token.bytes == 0 || colon == rest.size() || rest[colon] != ':') {
        return fail(error_of(kind, Err::bad_field), "field line without name and colon");
    }
    const std::string_view name(rest.data(), token.bytes);
    rest.remove_prefix(colon + 1);
    const std::size_t value_bytes = http::text_length(rest);
    const std::string_view value(rest.data(), value_bytes);
    rest.remove_prefix(value_bytes);
    if (!rest.starts_with(kLineEnd)) {
        return fail(error_of(kind, Err::bad_field), "field line without end");
    }
    rest.remove_prefix(kLineEnd.size());
    const bool dropped = kind == MessageKind::request && !token.usual && name.contains('_');
    if (!dropped) into.add_view(name, trim(value));
    return {};
}

std::unexpected<Error> too_many(MessageKind kind) {
    return fail(error_of(kind, Err::head_too_large), "too many fields");
}

}  // namespace

Done parse_field_lines(std::string_view lines, MessageKind kind, http::Fields& into) {
    for (std::size_t count = 0; !lines.empty(); ++count) {
        if (count == http::kMaxFields) return too_many(kind);
        TRY(take_line(lines, kind, into));
    }
    return {};
}

Result<std::size_t> parse_field_section(std::string_view bytes, MessageKind kind,
                                        http::Fields& into) {
    std::string_view rest = bytes;
    for (std::size_t count = 0; !rest.starts_with(kLineEnd); ++count) {
        if (count == http::kMaxFields) return too_many(kind);
        TRY(take_line(rest, kind, into));
    }
    return bytes.size() - rest.size() + kLineEnd.size();
}

}  // namespace breakwater::http1
