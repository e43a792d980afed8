#include "proxy/http2/response_head.h"

#include <charconv>

#include "proxy/http/field_syntax.h"
#include "proxy/http/limits.h"

namespace breakwater::http2 {

void ResponseHeadReader::add(std::string_view name, std::string_view value) {
    if (error_) return;
    const Done taken = take(name, value);
    if (!taken) error_ = taken.error();
}

Done ResponseHeadReader::take(std::string_view name, std::string_view value) {
    if (name == ":status") {  // three digits
        std::from_chars(value.data(), value.data() + value.size(), into_.status);
        return {};
    }
    bytes_ += name.size() + value.size();
    if (bytes_ > http::kMaxResponseHeadBytes || into_.fields.size() == http::kMaxFields ||
        name.size() > http::Field::kMaxNameBytes) {
        return fail(Err::response_head_too_large);
    }
    if (!http::valid_field_name(name) || !http::valid_field_value(value)) {
        return fail(Err::bad_response, "a field that is none");
    }
    const http::FieldName id = http::field_name(name);
    Arena& arena = into_.fields.arena();
    if (id == http::FieldName::other) {
        into_.fields.add_view(arena.copy(name), arena.copy(value));
    } else {
        into_.fields.add_view(id, arena.copy(value));
    }
    return {};
}

Done ResponseHeadReader::finish() {
    into_.version = http::Version::v2;
    if (error_) return fail(*error_);
    // RFC 9113 section 8.6: there is no 101 here.
    if (into_.status < 100 || into_.status == 101) return fail(Err::bad_response, "no status");
    into_.reason = http::reason_phrase(into_.status);  // which HTTP/2 does not carry
    return {};
}

}  // namespace breakwater::http2
