#include "controller/translate/fallback.h"

#include <algorithm>

namespace breakwater::translate {
namespace {

constexpr const char* kField = "spec.defaultBackend";

void report_lost(const Chosen& loser, const Chosen& winner, Report& report) {
    report.error(ref(*loser.object), kField,
                 "the Ingress " + winner.object->meta.key().to_string() +
                     " goes first and answers for unknown hosts; this default backend does not");
}

}  // namespace

bool has_default_backend(const Chosen& chosen) {
    const auto& backend = chosen.object->default_backend;
    return backend && !backend->service_name.empty();
}

DefaultBackend find_default_backend(const kube::Objects& objects, const Options& options,
                                    Backends& backends, Report& report) {
    if (!options.default_backend_service) return {};
    const kube::Key& key = *options.default_backend_service;
    const kube::Service* service = objects.services.find(key);
    ServicePort wanted{.service = key, .port = {}};
    if (service && !service->ports.empty()) wanted.port.number = service->ports.front().port;
    backends.announce(wanted);
    const auto found = backends.find(wanted);
    if (!found) {
        report.error(ref(kube::Kind::service, key), "",
                     found.error() +
                         " (--default-backend-service); what nothing matches is "
                         "answered with 404");
        return {};
    }
    if (!backends.is_ready(*found)) return {};
    return {key.name, wanted.port_text(), *found};
}

const Chosen* find_catch_all(const std::vector<Chosen>& all, const PlannedHost& catch_all,
                             Report& report) {
    const Chosen* winner = nullptr;
    for (const Chosen& chosen : all) {
        if (!chosen.object->rules.empty() || !has_default_backend(chosen)) continue;
        if (winner) {
            report_lost(chosen, *winner, report);
        } else {
            winner = &chosen;
        }
    }
    if (winner) return winner;
    const auto with_rule = std::ranges::find_if(
        catch_all.ingresses, [](const Chosen* chosen) { return has_default_backend(*chosen); });
    return with_rule == catch_all.ingresses.end() ? nullptr : *with_rule;
}

}  // namespace breakwater::translate
