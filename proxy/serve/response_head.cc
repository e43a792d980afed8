#include "proxy/serve/response_head.h"

#include <string>

#include "proxy/http/date.h"

namespace breakwater::serve {

using exchange::Exchange;
using exchange::Response;
using http::FieldName;

namespace {

/// Whether `text` is how we write `number`.
bool says(std::string_view text, std::uint64_t number) {
    if (text.empty() || (text.front() == '0' && text.size() > 1)) return false;
    for (; !text.empty(); text.remove_suffix(1), number /= 10) {
        if (text.back() != static_cast<char>('0' + number % 10)) return false;
    }
    return number == 0;
}

void set_length(http::Fields& fields, std::uint64_t bytes) {
    const auto said = fields.get(FieldName::content_length);
    // What the pod has said is mostly right, and leaves with its neighbours as it came.
    if (said && says(*said, bytes) && fields.count(FieldName::content_length) == 1) return;
    fields.set_view(FieldName::content_length, fields.arena().decimal(bytes));
}

void set_framing(Exchange& ex, Response& response) {
    http::Fields& fields = response.head->fields;
    const int status = response.head->status;
    const auto length = response.body->length();
    const bool head_only = ex.received.method == http::Method::head;
    if (status == 204 || status < 200) {
        fields.remove(FieldName::content_length);  // RFC 9110 section 8.6
    } else if (!head_only && http::status_has_body(status)) {
        if (length) {
            set_length(fields, *length);
        } else {
            fields.remove(FieldName::content_length);
        }
    } else if (length.value_or(0) > 0) {
        // A page of ours, of which only the head is wanted. A pod's body is empty here, and its own
        // Content-Length tells of the one that it does not send.
        set_length(fields, *length);
        response.body = http::BodyPtr(ex.arena.make_owned<http::TextBody>("").release());
    }
}

}  // namespace

void finish_head(Exchange& ex, Response& response) {
    set_framing(ex, response);
    http::Fields& fields = response.head->fields;
    fields.remove(FieldName::server);
    if (!fields.has(FieldName::date)) {
        fields.add_view(FieldName::date, ex.arena.copy(http::http_date(ex.fetch.reactor->wall())));
    }
}

}  // namespace breakwater::serve
