#include "proxy/http/hop_by_hop.h"

#include "proxy/base/ascii.h"

namespace breakwater::http {
namespace {

constexpr FieldSet kOfConnection{
    FieldName::connection,        FieldName::keep_alive, FieldName::proxy_connection, FieldName::te,
    FieldName::transfer_encoding, FieldName::upgrade,    FieldName::http2_settings,
};

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
            const bool taken = first && field.id() == FieldName::connection;
            if (taken) first = false;
            return taken;
        });
        remove_nominated(fields, *options);
    }
    fields.remove(kOfConnection);
}

}  // namespace breakwater::http
