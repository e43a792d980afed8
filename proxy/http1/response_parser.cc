#include "proxy/http1/response_parser.h"

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/http1/field_lines.h"
#include "proxy/http1/first_line.h"
#include "proxy/http1/version.h"

namespace breakwater::http1 {
namespace {

/// Three digits, of a class that has a meaning to whoever reads it: RFC 9110 section 15.
Result<int> parse_status(std::string_view text) {
    if (text.size() != 3 || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2])) {
        return fail(Err::bad_response, "status is not three digits");
    }
    const int status = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    if (status < 100) return fail(Err::bad_response, "status below 100");
    return status;
}

/// `version SP status [SP [reason]]`: RFC 9112 section 4.
Done parse_status_line(std::string_view line, http::ResponseHead& into) {
    constexpr std::size_t kStatusEnd = kVersionBytes + 1 + 3;
    const Result<http::Version> version = parse_version(line.substr(0, kVersionBytes));
    if (!version) return fail(Err::bad_response, version.error().detail);
    into.version = *version;

    if (line.size() < kStatusEnd || line[kVersionBytes] != ' ') {
        return fail(Err::bad_response, "no status");
    }
    LET(status, parse_status(line.substr(kVersionBytes + 1, 3)));
    into.status = status;
    if (line.size() == kStatusEnd) return {};
    if (line[kStatusEnd] != ' ') return fail(Err::bad_response, "status is not three digits");
    into.reason = line.substr(kStatusEnd + 1);
    return {};
}

}  // namespace

Result<std::size_t> parse_response_head(std::string_view bytes, http::ResponseHead& into) {
    LET(line, first_line(bytes, MessageKind::response));
    TRY(parse_status_line(line, into));
    bytes.remove_prefix(line.size() + kLineEnd.size());
    LET(section, parse_field_section(bytes, MessageKind::response, into.fields));
    return line.size() + kLineEnd.size() + section;
}

}  // namespace breakwater::http1
