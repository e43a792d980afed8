#include "controller/translate/fallback.h"

#include <algorithm>
#include <iterator>
#include <ranges>

namespace breakwater::translate {
namespace {

constexpr const char* kBackendField = "spec.defaultBackend";

void report_lost(const Chosen& loser, const Chosen& winner, Report& report) {
    const std::string text =
        "the Ingress " + winner.object->meta.key().to_string() +
        " goes first and answers for unknown hosts; this default backend does not";
    if (loser.object->rules.empty()) {
        report.error(ref(*loser.object), kBackendField, text);
    } else {
        report.warn(ref(*loser.object), kBackendField, text);  // its rules are served
    }
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
    std::vector<const Chosen*> holders;
    for (const Chosen& chosen : all) {
        if (chosen.object->rules.empty()) holders.push_back(&chosen);
    }
    std::ranges::copy(catch_all.ingresses, std::back_inserter(holders));
    std::erase_if(holders, [](const Chosen* chosen) { return !has_default_backend(*chosen); });
    if (holders.empty()) return nullptr;
    for (const Chosen* other : holders | std::views::drop(1)) {
        report_lost(*other, *holders.front(), report);
    }
    return holders.front();
}

}  // namespace breakwater::translate
