#include "proxy/http1/serialise.h"

#include <cassert>
#include <cstring>

#include "proxy/base/text_writer.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http/target_text.h"
#include "proxy/http1/first_line.h"

namespace breakwater::http1 {
namespace {

constexpr std::string_view kRequestEnd = " HTTP/1.1\r\n";
constexpr std::string_view kStatusBegin = "HTTP/1.1 ";
constexpr std::string_view kColon = ": ";

const char* end_of(std::string_view text) { return text.data() + text.size(); }

/// Whether a field lies in memory as it is written: it came so, and nobody has changed it.
bool is_as_received(const http::Field& field) {
    return field.value().data() == end_of(field.name()) + kColon.size() &&
           std::memcmp(end_of(field.name()), kColon.data(), kColon.size()) == 0;
}

/// Whether `next` lies behind `field`, so that both are written as one run of bytes.
bool follows_as_received(const http::Field& field, const http::Field& next) {
    return next.name().data() == end_of(field.value()) + kLineEnd.size() && is_as_received(next) &&
           std::memcmp(end_of(field.value()), kLineEnd.data(), kLineEnd.size()) == 0;
}

}  // namespace

std::size_t size_of(const http::Fields& fields) {
    std::size_t size = 0;
    for (const http::Field& field : fields) size += field.name().size() + field.value().size() + 4;
    return size;
}

char* write(const http::Fields& fields, char* to) {
    for (const http::Field* field = fields.begin(); field != fields.end(); ++field) {
        const char* const begin = field->name().data();
        if (is_as_received(*field)) {
            while (field + 1 != fields.end() && follows_as_received(*field, field[1])) ++field;
            to = copy_bytes(to, {begin, end_of(field->value())});
        } else {
            to = copy_bytes(to, field->name());
            to = copy_bytes(to, kColon);
            to = copy_bytes(to, field->value());
        }
        to = copy_bytes(to, kLineEnd);
    }
    return to;
}

std::size_t size_of(const http::RequestHead& head) {
    return head.method_text.size() + 1 + http::target_size(head) + kRequestEnd.size() +
           size_of(head.fields) + kLineEnd.size();
}

char* write(const http::RequestHead& head, char* to) {
    assert(http::valid_field_name(head.method_text));
    to = copy_bytes(to, head.method_text);
    *to++ = ' ';
    to = http::write_target(head, to);
    to = copy_bytes(to, kRequestEnd);
    to = write(head.fields, to);
    return copy_bytes(to, kLineEnd);
}

std::size_t size_of(const http::ResponseHead& head) {
    return kStatusBegin.size() + 4 + head.reason.size() + kLineEnd.size() + size_of(head.fields) +
           kLineEnd.size();
}

char* write(const http::ResponseHead& head, char* to) {
    assert(head.status >= 100 && head.status <= 999);
    assert(http::text_length(head.reason) == head.reason.size());
    to = copy_bytes(to, kStatusBegin);
    *to++ = static_cast<char>('0' + head.status / 100);
    *to++ = static_cast<char>('0' + head.status / 10 % 10);
    *to++ = static_cast<char>('0' + head.status % 10);
    *to++ = ' ';
    to = copy_bytes(to, head.reason);
    to = copy_bytes(to, kLineEnd);
    to = write(head.fields, to);
    return copy_bytes(to, kLineEnd);
}

}  // namespace breakwater::http1
