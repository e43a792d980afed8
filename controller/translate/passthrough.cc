#include "controller/translate/passthrough.h"

#include <algorithm>
#include <string>

#include "controller/translate/annotations/read.h"

namespace breakwater::translate {
namespace {

using table::Location;

/// What answers at `/`: by a prefix, else by the path itself. Null where nobody does.
const Location* root_of(const table::Host& host) {
    const Location* exact = nullptr;
    for (const Location& location : host.locations) {
        if (location.path != "/" || location.backend.empty()) continue;
        if (location.path_type == table::PathType::prefix) return &location;
        exact = &location;
    }
    return exact;
}

}  // namespace

void settle_passthrough(const PlannedHost& planned, const Options& options, table::Host& host,
                        Report& report) {
    const auto wisher = std::ranges::find_if(
        planned.ingresses, [](const Chosen* chosen) { return chosen->says.ssl_passthrough; });
    if (wisher == planned.ingresses.end()) return;

    const auto warn = [&](const std::string& text) {
        report.warn(ref(*(*wisher)->object),
                    annotation_field(options.annotations_prefix, "ssl-passthrough"), text);
    };
    if (!options.enable_ssl_passthrough) {
        warn("needs the flag --enable-ssl-passthrough; TLS of " + host.name + " ends here");
        return;
    }
    const Location* const root = root_of(host);
    if (!root) {
        warn("no Service answers at the path / of " + host.name + "; its TLS ends here");
        return;
    }
    if (std::ranges::any_of(host.locations, [](const Location& l) { return l.path != "/"; })) {
        warn("TLS of " + host.name +
             " goes to the Service at / unseen; its other paths are for http");
    }
    host.passthrough = {.namespace_name = root->origin.namespace_name,
                        .service = root->origin.service,
                        .service_port = root->origin.service_port,
                        .backend = root->backend};
}

}  // namespace breakwater::translate
