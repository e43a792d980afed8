#include "proxy/http/hop_by_hop.h"

#include "proxy/base/ascii.h"

namespace breakwater::http {
namespace {

bool belongs_to_connection(FieldName name) {
    switch (name) {
        case FieldName::connection:
        case FieldName::keep_alive:
        case FieldName::proxy_connection:
        case FieldName::te:
        case FieldName::transfer_encoding:
        case FieldName::upgrade:
        case FieldName::http2_settings: return true;
        default: return false;
    }
}

bool may_be_nominated(FieldName name) {
    return name == FieldName::other || name == FieldName::proxy_authenticate ||
           name == FieldName::proxy_authorization;
}

/// One list of options. Removing moves the fields, not the text that `options` points to.
void remove_nominated(Fields& fields, std::string_view options) {
    for_each_token(options, [&fields](std::string_view option) {
        if (may_be_nominated(field_name(option))) fields.remove(option);
    });
}

}  // namespace

void remove_hop_by_hop(Fields& fields) {
    // The usual `close` and `keep-alive` name nothing that is here, and cost a look-up.
    while (const auto options = fields.get(FieldName::connection)) {
        bool first = true;
        fields.remove_if([&first](const Field& field) {
            const bool taken = first && field.id == FieldName::connection;
            if (taken) first = false;
            return taken;
        });
        remove_nominated(fields, *options);
    }
    fields.remove_if([](const Field& field) { return belongs_to_connection(field.id); });
}

}  // namespace breakwater::http
