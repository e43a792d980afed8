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

std::optional<ServicePort> default_backend_port(const kube::Objects& objects,
                                                const Options& options) {
    if (!options.default_backend_service) return {};
    ServicePort wanted{.service = *options.default_backend_service, .port = {}};
    const kube::Service* service = objects.services.find(wanted.service);
    if (service && !service->ports.empty()) wanted.port.number = service->ports.front().port;
    return wanted;
}

DefaultBackend find_default_backend(const ServicePort& wanted, BackendFinder& backends,
                                    const std::function<bool(const ServicePort&)>& is_ready,
                                    Report& report) {
    const auto found = backends.find(wanted);
    if (!found) {
        report.error(ref(kube::Kind::service, wanted.service), "",
                     found.error() +
                         " (--default-backend-service); what nothing matches is "
                         "answered with 404");
        return {};
    }
    if (!is_ready(wanted)) return {};
    return {wanted.service.name, wanted.port_text(), *found};
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
