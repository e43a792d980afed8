#include "controller/translate/hosts.h"

#include <map>
#include <string_view>
#include <utility>

#include "controller/translate/annotations/groups.h"
#include "controller/translate/backend_tls.h"
#include "controller/translate/client_certificates.h"
#include "controller/translate/shadowed.h"

namespace breakwater::translate {
namespace {

constexpr const char* kDefaultBackendField = "spec.defaultBackend";

table::Origin origin_of(const Chosen& chosen) {
    return {.namespace_name = chosen.object->meta.namespace_name,
            .ingress = chosen.object->meta.name,
            .service = {},
            .service_port = {}};
}

table::Location location_at(std::string path, table::PathType type) {
    table::Location out;
    out.path = std::move(path);
    out.path_type = type;
    return out;
}

/// Of what holds for a host as a whole the oldest decides; whoever says something else is told.
void report_lost_settings(const std::string& host, const PlannedHost& planned, Report& report) {
    std::map<const Row*, std::pair<const Chosen*, std::string_view>> decided;
    for (const Chosen* chosen : planned.ingresses) {
        for (const auto& [row, annotation, value] : chosen->server) {
            const auto [first, is_first] = decided.try_emplace(row, chosen, value);
            const auto& [winner, wins] = first->second;
            if (is_first || wins == value) continue;
            report.warn(ref(*chosen->object), annotation_field(annotation),
                        "the Ingress " + winner->object->meta.key().to_string() +
                            " goes first and decides it for all of " +
                            (host.empty() ? "unknown hosts" : host));
        }
    }
}

/// What the Ingress says of redirects, which its default backend does without.
void report_lost_redirects(const Chosen& chosen, const Globals& globals, const Options& options,
                           Report& report) {
    const RedirectWishes& said = chosen.says.redirect;
    const RedirectWishes& usual = globals.defaults.redirect;
    const auto tell_of = [&](const char* annotation) {
        report.warn(ref(*chosen.object), annotation_field(options.annotations_prefix, annotation),
                    "is not applied where spec.defaultBackend answers for unknown hosts, as with "
                    "ingress-nginx");
    };
    if (!said.temporal_url.empty()) tell_of("temporal-redirect");
    if (!said.permanent_url.empty()) tell_of("permanent-redirect");
    if (said.force_ssl_redirect && !usual.force_ssl_redirect) tell_of("force-ssl-redirect");
}

}  // namespace

table::Host HostBuilder::build(const std::string& name, const PlannedHost& planned) {
    table::Host host;
    host.name = name;
    HostTls tls = tls_.find(name, planned.ingresses);
    host.certificate = std::move(tls.certificate);
    host.rsa_certificate = std::move(tls.rsa_certificate);
    host.policies = settle_host(name, planned);
    report_lost_settings(name, planned, report_);
    report_shadowed(planned, report_);
    for (const PlannedPath& path : planned.paths)
        host.locations.push_back(locate(path, planned, tls.has_tls));
    host.fallback = fall_back(name, planned, tls.has_tls);
    return host;
}

table::Host HostBuilder::build_catch_all(const PlannedHost& planned, const Chosen* answers) {
    table::Host host;
    host.policies = settle_host({}, planned);
    report_lost_settings({}, planned, report_);
    report_shadowed(planned, report_);
    for (const PlannedPath& path : planned.paths) {
        host.locations.push_back(locate(path, planned, false));
    }
    if (answers) {
        host.fallback.origin = origin_of(*answers);
        Draft says = answers->says;
        report_lost_redirects(*answers, globals_, options_, report_);
        says.redirect = {};  // ingress-nginx does not apply redirects here
        host.fallback.policies = settle(says, {.path = "/"});
        lead_to(*answers, planned, *answers->object->default_backend, kDefaultBackendField,
                host.fallback);
    } else {
        host.fallback.policies = globals_.defaults.policies;
        lead_to_default(host.fallback);
    }
    return host;
}

table::HostPolicies HostBuilder::settle_host(const std::string& name, const PlannedHost& planned) {
    std::vector<const SharedSettings*> said;
    for (const Chosen* chosen : planned.ingresses) said.push_back(&chosen->server);
    table::HostPolicies policies = merge_server_scope(globals_.defaults, said).host;
    policies.client_certificate =
        settle_client_certificates(name, planned.ingresses, options_, report_);
    return policies;
}

table::Location HostBuilder::locate(const PlannedPath& path, const PlannedHost& planned,
                                    bool host_has_tls) {
    table::Location out = location_at(path.path, path.type);
    out.origin = origin_of(*path.from);
    out.policies = settle(path.from->says, {.path = path.path, .host_has_tls = host_has_tls});
    lead_to(*path.from, planned, *path.backend, path.field + ".backend", out);
    return out;
}

table::Location HostBuilder::fall_back(const std::string& name, const PlannedHost& planned,
                                       bool host_has_tls) {
    const Chosen& oldest = *planned.ingresses.front();
    table::Location out;
    out.origin = origin_of(oldest);
    out.policies = settle(oldest.says, {.path = "/", .host_has_tls = host_has_tls});
    if (has_default_backend(oldest)) {
        lead_to(oldest, planned, *oldest.object->default_backend, kDefaultBackendField, out);
    } else {
        lead_to_default(out);
    }
    for (const Chosen* other : planned.ingresses) {
        if (other == &oldest || !has_default_backend(*other)) continue;
        report_.warn(ref(*other->object), kDefaultBackendField,
                     "the Ingress " + oldest.object->meta.key().to_string() +
                         " goes first and decides what answers for the other paths of " + name);
    }
    return out;
}

void HostBuilder::lead_to(const Chosen& from, const PlannedHost& planned,
                          const kube::Ingress::Backend& backend, const std::string& field,
                          table::Location& location) {
    const ServicePort port{{from.object->meta.namespace_name, backend.service_name}, backend.port};
    location.origin.service = backend.service_name;
    location.origin.service_port = port.port_text();
    if (from.denied) {
        // A service that is named, and nobody behind it: 503, before anything else is looked at.
        location.policies = globals_.defaults.policies;
        return;
    }
    table::BackendProtocolPolicy& protocol = location.policies.backend_protocol;
    protocol.protocol = from.says.backend_protocol.value_or(
        backends_.protocol_of(port).value_or(table::BackendProtocol::http));
    if (protocol.may_use_tls()) protocol.tls = settle_backend_tls(from, planned.ingresses);
    review(location.policies, *from.object, options_.annotations_prefix, report_);
    const auto found = backends_.find(port);
    if (found) {
        location.backend = *found;
    } else {
        report_.error_elsewhere(ref(*from.object), field,
                                found.error() + "; requests are answered with 503");
    }
}

void HostBuilder::lead_to_default(table::Location& location) const {
    location.policies.backend_protocol = {};  // always plain HTTP, as with ingress-nginx
    location.origin.service = default_backend_.service;
    location.origin.service_port = default_backend_.port;
    location.backend = default_backend_.backend;
}

}  // namespace breakwater::translate
