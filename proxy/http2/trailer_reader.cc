#include "proxy/http2/trailer_reader.h"

#include "proxy/http/field_name.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http/limits.h"
#include "proxy/http/trailer_fields.h"

namespace breakwater::http2 {

bool TrailerReader::add(std::string_view name, std::string_view value) {
    bytes_ += name.size() + value.size();
    if (bytes_ > http::kMaxTrailerBytes || fields_.size() == http::kMaxFields) return false;
    if (!http::valid_field_name(name) || !http::valid_field_value(value)) return true;
    if (sender_ == Sender::client && name.contains('_')) return true;  // as in a head
    const http::Field field(name, value, http::field_name(name));
    if (http::allowed_in_trailer(field)) fields_.add(name, value);
    return true;
}

}  // namespace breakwater::http2
