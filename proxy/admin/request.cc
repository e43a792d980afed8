#include "proxy/admin/request.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "proxy/base/arena.h"
#include "proxy/base/ascii.h"
#include "proxy/base/error.h"
#include "proxy/http1/framing.h"
#include "proxy/http1/request_parser.h"

namespace breakwater::admin {
namespace {

std::unexpected<int> refuse(Err code) { return std::unexpected(row(code).status); }

/// @param plus  of a query's parameter, where `+` is a space: the URL standard, section 5.1
std::string decoded(std::string_view text, char plus = '+') {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_coded = text[i] == '%' && i + 2 < text.size();
        const int high = is_coded ? hex_value(text[i + 1]) : -1;
        const int low = is_coded ? hex_value(text[i + 2]) : -1;
        if (high >= 0 && low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i] == '+' ? plus : text[i];
        }
    }
    return out;
}

Query parameters_in(std::string_view query) {
    Query parameters;
    while (!query.empty()) {
        const std::string_view one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(one.size() + 1, query.size()));
        const std::string_view name = one.substr(0, one.find('='));
        const std::string_view value = one.substr(std::min(name.size() + 1, one.size()));
        if (!name.empty()) parameters.emplace(decoded(name, ' '), decoded(value, ' '));
    }
    return parameters;
}

/// The bytes of body that a request announces.
std::expected<std::uint64_t, int> length_in(const http::RequestHead& head) {
    using Kind = http1::Framing::Kind;
    const auto framing = http1::request_framing(head.fields, head.version);
    if (!framing) return refuse(framing.error().code);
    if (framing->kind == Kind::chunked) return refuse(Err::length_required);
    // RFC 9110 section 10.1.1: who expects something of us tries without.
    if (head.fields.get(http::FieldName::expect)) return std::unexpected(417);
    return framing->length_bytes;
}

}  // namespace

std::expected<void, int> RequestReader::read_head(std::string_view text) {
    Arena arena;
    http::RequestHead head(arena);
    if (const auto read = http1::parse_request_head(text, head); !read) {
        return refuse(read.error().code);
    }
    using http::Method;
    const bool is_posted = head.method == Method::post && largest_body_ > 0;
    if (head.method != Method::get && head.method != Method::head && !is_posted) {
        return refuse(Err::method_refused);
    }
    const auto length = length_in(head);
    if (!length) return std::unexpected(length.error());
    if (*length > (is_posted ? largest_body_ : 0)) return refuse(Err::body_too_large);
    rest_bytes_ = *length;
    request_.method = head.method;
    request_.path = decoded(head.path);
    request_.query = parameters_in(head.query);
    return {};
}

void RequestReader::take_body(std::string_view bytes) {
    bytes = bytes.substr(0, rest_bytes_);
    request_.body.append(bytes);
    rest_bytes_ -= bytes.size();
}

std::expected<bool, int> RequestReader::take(std::string_view bytes) {
    if (head_read_) {
        take_body(bytes);
        return rest_bytes_ == 0;
    }
    head_.append(bytes);
    const auto length = scan_.find(head_);
    if (!length) return refuse(length.error().code);
    if (!*length) return false;
    const std::string text = std::exchange(head_, {}).substr(scan_.skipped());
    if (const auto read = read_head(std::string_view(text).substr(0, **length)); !read) {
        return std::unexpected(read.error());
    }
    head_read_ = true;
    take_body(std::string_view(text).substr(**length));
    return rest_bytes_ == 0;
}

}  // namespace breakwater::admin
