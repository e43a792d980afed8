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
    while (name_bytes < lines.size() && is_blank(lines[name_bytes])) ++name_bytes;
    return name_bytes;
}

/// trim() of a value, of which nearly every one has one space in front and no more.
std::string_view without_blanks(std::string_view value) {
    const auto blank = [](char c) {
        return static_cast<unsigned char>(c) <= ' ';
    };  // or a tab: it is text
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (value.empty() || (!blank(value.front()) && !blank(value.back()))) return value;
    return trim(value);
}

/// Adds the first line of `rest`, which begins behind it then.
/// @param name_token  which it begins with
Done take_line(std::string_view& rest, http::Token name_token, MessageKind kind,
               http::Fields& into) {
    const std::size_t colon = colon_behind(rest, name_token.bytes, kind);
    if (name_token.bytes == 0 || colon == rest.size() || rest[colon] != ':') {
        return fail(error_of(kind, Err::bad_field), "field line without name and colon");
    }
    if (name_token.bytes > http::Field::kMaxNameBytes) {
        return fail(error_of(kind, Err::head_too_large), "field name too long");
    }
    const std::string_view name(rest.data(), name_token.bytes);
    rest.remove_prefix(colon + 1);
    const std::size_t value_bytes = http::text_length(rest);
    const std::string_view value = without_blanks({rest.data(), value_bytes});
    rest.remove_prefix(value_bytes);
    if (!rest.starts_with(kLineEnd)) {
        return fail(error_of(kind, Err::bad_field), "field line without end");
    }
    rest.remove_prefix(kLineEnd.size());
    const bool dropped = kind == MessageKind::request && !name_token.usual && name.contains('_');
    if (!dropped) into.add_view(name, value);
    return {};
}

std::unexpected<Error> too_many(MessageKind kind) {
    return fail(error_of(kind, Err::head_too_large), "too many fields");
}

}  // namespace

Done parse_field_lines(std::string_view lines, MessageKind kind, http::Fields& into) {
    for (std::size_t count = 0; !lines.empty(); ++count) {
        if (count == http::kMaxFields) return too_many(kind);
        TRY(take_line(lines, http::token_at(lines), kind, into));
    }
    return {};
}

Result<std::size_t> parse_field_section(std::string_view bytes, MessageKind kind,
                                        http::Fields& into) {
    std::string_view rest = bytes;
    for (std::size_t count = 0;; ++count) {
        const http::Token name = http::token_at(rest);
        if (name.bytes == 0 && rest.starts_with(kLineEnd)) break;
        if (count == http::kMaxFields) return too_many(kind);
        TRY(take_line(rest, name, kind, into));
    }
    return bytes.size() - rest.size() + kLineEnd.size();
}

}  // namespace breakwater::http1
