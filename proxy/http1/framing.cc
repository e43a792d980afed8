#include "proxy/http1/framing.h"

#include <limits>

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/http/field_syntax.h"

namespace breakwater::http1 {
namespace {

using http::FieldName;
using http::Fields;
using http::Version;

constexpr std::uint64_t kMaxLength = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kChunked = "chunked";

/// 1*DIGIT and nothing else: RFC 9110 section 8.6.
Result<std::uint64_t> parse_length(std::string_view text) {
    if (text.empty()) return fail(Err::bad_framing, "empty Content-Length");
    std::uint64_t length = 0;
    for (const char c : text) {
        if (!is_digit(c)) return fail(Err::bad_framing, "Content-Length is not a number");
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (length >= kMaxLength / 10 && length > (kMaxLength - digit) / 10)
            return fail(Err::bad_framing, "huge Content-Length");
        length = length * 10 + digit;
    }
    return length;
}

/// Whether `list` is codings that are plain tokens, and behind them one `chunked`, the only one.
bool is_foreign_then_chunked(std::string_view list) {
    for (;;) {
        const std::size_t comma = list.find(',');
        const std::string_view coding = trim(list.substr(0, comma));
        const bool chunked = equals_ignoring_case(coding, kChunked);
        if (comma == std::string_view::npos) return chunked;
        if (chunked || !http::valid_field_name(coding)) return false;
        list.remove_prefix(comma + 1);
    }
}

Done check_codings(const Fields& fields, Version version) {
    if (version == Version::v1_0) return fail(Err::bad_framing, "Transfer-Encoding in HTTP/1.0");
    if (fields.has(FieldName::content_length)) {
        return fail(Err::bad_framing, "Content-Length beside Transfer-Encoding");
    }
    if (fields.count(FieldName::transfer_encoding) > 1) {
        return fail(Err::bad_framing, "more than one Transfer-Encoding");
    }
    const std::string_view codings = fields.get(FieldName::transfer_encoding).value_or("");
    if (equals_ignoring_case(codings, kChunked)) return {};
    if (is_foreign_then_chunked(codings)) return fail(Err::unknown_coding, "coding before chunked");
    return fail(Err::bad_framing, "last coding is not chunked");
}

/// What the fields say, whatever carries them.
Result<Framing> declared_framing(const Fields& fields, Version version) {
    if (fields.has(FieldName::transfer_encoding)) {
        TRY(check_codings(fields, version));
        return Framing{Framing::Kind::chunked};
    }
    const auto length_field = fields.get(FieldName::content_length);
    if (!length_field) return Framing{};
    if (fields.count(FieldName::content_length) > 1) {
        return fail(Err::bad_framing, "more than one Content-Length");
    }
    LET(length, parse_length(*length_field));
    return Framing{Framing::Kind::length, length};
}

/// RFC 9112 section 6.3, rules 1 and 2.
bool has_body(int status, http::Method request_method) {
    if (request_method == http::Method::head || !http::status_has_body(status)) return false;
    return request_method != http::Method::connect || status >= 300;
}

}  // namespace

Result<Framing> request_framing(const Fields& fields, Version version) {
    return declared_framing(fields, version);
}

Result<Framing> response_framing(const http::ResponseHead& head, http::Method request_method) {
    Result<Framing> framing = declared_framing(head.fields, head.version);
    if (!framing) return fail(Err::bad_response, framing.error().detail);
    if (!has_body(head.status, request_method)) return Framing{};
    if (framing->kind == Framing::Kind::none) framing->kind = Framing::Kind::until_close;
    return framing;
}

}  // namespace breakwater::http1
