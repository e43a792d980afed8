#include "proxy/http2/request_head.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "proxy/base/ascii.h"
#include "proxy/base/crypto/base64.h"
#include "proxy/base/crypto/random.h"
#include "proxy/base/try.h"
#include "proxy/http/authority.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http/limits.h"

namespace breakwater::http2 {
namespace {

using http::FieldName;
using http::Method;

/// What a field's line has beside name and value, so that the limits mean the same as in HTTP/1.1.
constexpr std::size_t kLineBytes = std::string_view(": \r\n").size();

bool is_token(std::string_view text) {
    return !text.empty() && http::token_length(text) == text.size();
}

bool is_text(std::string_view text) { return http::text_length(text) == text.size(); }

}  // namespace

void RequestHeadReader::add(std::string_view name, std::string_view value) {
    if (error_) return;
    const bool pseudo = name.starts_with(':');
    const Done taken = pseudo ? take_pseudo(name, value) : take(name, value);
    if (!taken) error_ = taken.error();
}

Done RequestHeadReader::take_pseudo(std::string_view name, std::string_view value) {
    if (value.size() > limits_.line_bytes) {
        return fail(name == ":path" ? Err::uri_too_long : Err::head_too_large, "pseudo-field");
    }
    bytes_ += value.size() + kLineBytes;
    const std::string_view kept = into_.fields.arena().copy(value);
    if (name == ":method") into_.method_text = kept;
    if (name == ":path") into_.target = kept;
    if (name == ":scheme") scheme_ = kept;
    if (name == ":authority") authority_ = kept;
    if (name == ":protocol") protocol_ = kept;
    return {};
}

Done RequestHeadReader::take(std::string_view name, std::string_view value) {
    const std::size_t line_bytes = name.size() + value.size() + kLineBytes;
    bytes_ += line_bytes;
    if (line_bytes > limits_.line_bytes || bytes_ > limits_.head_bytes ||
        name.size() > http::Field::kMaxNameBytes) {
        return fail(Err::head_too_large, "field or head too large");
    }
    if (into_.fields.size() == http::kMaxFields) {
        return fail(Err::head_too_large, "too many fields");
    }
    const http::Token token = http::token_at(name);
    if (token.bytes != name.size()) return fail(Err::bad_field, "name is no token");
    if (!http::valid_field_value(value))
        return fail(Err::bad_field, "control character in a value");
    if (!token.usual && name.contains('_')) return {};  // dropped, as in HTTP/1.1

    Arena& arena = into_.fields.arena();
    const FieldName id = http::field_name(name);
    if (id == FieldName::cookie) ++cookies_;
    if (id == FieldName::other) {
        into_.fields.add_view(arena.copy(name), arena.copy(value));
    } else {
        into_.fields.add_view(id, arena.copy(value));
    }
    return {};
}

Done RequestHeadReader::finish() {
    into_.version = http::Version::v2;
    into_.method = http::method_of(into_.method_text);
    if (error_) return fail(*error_);
    if (!is_token(into_.method_text)) return fail(Err::bad_request, "method is not a token");
    if (!protocol_.empty()) TRY(translate_upgrade());
    TRY(set_target());
    TRY(set_host());
    if (cookies_ > 1) join_cookies();
    return {};
}

Done RequestHeadReader::set_target() {
    if (into_.method == Method::connect) return fail(Err::method_refused, "CONNECT");
    if (!equals_ignoring_case(scheme_, "http") && !equals_ignoring_case(scheme_, "https")) {
        return fail(Err::bad_target, "scheme is neither http nor https");
    }
    const std::string_view target = into_.target;
    if (target.empty() || http::target_length(target) != target.size()) {
        return fail(Err::bad_target, "character that no target holds");
    }
    const bool asterisk = target == "*" && into_.method == Method::options;
    if (target.front() != '/' && !asterisk) return fail(Err::bad_target, "not a path");
    const std::size_t mark = target.find('?');
    into_.path = target.substr(0, mark);
    into_.has_query = mark != std::string_view::npos;
    if (into_.has_query) into_.query = target.substr(mark + 1);
    return {};
}

Done RequestHeadReader::set_host() {
    const std::size_t hosts = into_.fields.count(FieldName::host);
    if (hosts > 1) return fail(Err::bad_host, "more than one Host");
    const auto host = into_.fields.get(FieldName::host);
    if (host && !authority_.empty() && !equals_ignoring_case(*host, authority_)) {
        return fail(Err::bad_host, "Host is not the authority");  // RFC 9113 section 8.3.1
    }
    into_.authority = authority_.empty() ? host.value_or("") : authority_;
    if (into_.authority.empty()) return fail(Err::bad_host, "no authority");
    LET(name, http::host_of(into_.authority, into_.fields.arena()));
    into_.host = name;
    return {};
}

void RequestHeadReader::join_cookies() {
    constexpr std::string_view kBetween = "; ";  // RFC 9113 section 8.2.3
    std::size_t bytes = 0;
    for (const http::Field& field : into_.fields) {
        if (field.id() == FieldName::cookie) bytes += field.value().size() + kBetween.size();
    }
    char* const joined = into_.fields.arena().array<char>(bytes);
    char* at = joined;
    for (const http::Field& field : into_.fields) {
        if (field.id() != FieldName::cookie || field.value().empty()) continue;
        if (at != joined) at = std::ranges::copy(kBetween, at).out;
        at = std::ranges::copy(field.value(), at).out;
    }
    into_.fields.set_view(FieldName::cookie, {joined, at});
}

Done RequestHeadReader::translate_upgrade() {
    if (into_.method != Method::connect) return fail(Err::bad_request, ":protocol without CONNECT");
    if (!is_text(protocol_) || !equals_ignoring_case(protocol_, "websocket")) {
        return fail(Err::method_refused, "CONNECT for a protocol that is not WebSocket");
    }
    std::array<std::uint8_t, 16> key{};  // RFC 6455 section 4.1
    crypto::fill_random(key);
    into_.method = Method::get;
    into_.method_text = "GET";
    into_.fields.set_view(FieldName::connection, "upgrade");
    into_.fields.set_view(FieldName::upgrade, "websocket");
    into_.fields.set("sec-websocket-key", crypto::encode_base64({
                                              reinterpret_cast<const char*>(key.data()),
                                              key.size(),
                                          }));
    return {};
}

}  // namespace breakwater::http2
