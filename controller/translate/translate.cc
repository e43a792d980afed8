#include "controller/translate/translate.h"

#include <algorithm>
#include <expected>
#include <map>
#include <string>
#include <utility>

#include "controller/translate/annotations/read.h"
#include "controller/translate/backend_tls.h"
#include "controller/translate/class.h"
#include "controller/translate/client_certificates.h"
#include "controller/translate/fastcgi.h"
#include "controller/translate/forwarded.h"
#include "controller/translate/hosts.h"
#include "controller/translate/l4_services.h"
#include "controller/translate/passthrough.h"
#include "controller/translate/ticket_secret.h"

namespace breakwater::translate {
namespace {

using HostPtr = std::shared_ptr<const table::Host>;
using Hosts = std::vector<HostPtr>;

/// The node of the table before, where it is equal.
HostPtr reuse(table::Host host, const HostPtr& before) {
    if (before && *before == host) return before;
    return std::make_shared<const table::Host>(std::move(host));
}

/// Thousands of Ingresses may say the same.
Check judging_once(const Check& check) {
    return [&check, known = std::map<std::string, std::expected<void, std::string>>()](
               const std::string& value) mutable {
        auto found = known.find(value);
        if (found == known.end()) found = known.emplace(value, check(value)).first;
        return found->second;
    };
}

/// @param checks  outlive what is returned
Checks judging_texts_once(const Checks& checks) {
    Checks once = checks;
    once.tls_ciphers = judging_once(checks.tls_ciphers);
    once.expression = judging_once(checks.expression);
    return once;
}

HostPtr find_host(const table::RoutingTable* before, const std::string& name) {
    if (!before) return nullptr;
    const auto found = std::ranges::lower_bound(before->hosts, name, {},
                                                [](const HostPtr& host) { return host->name; });
    return found != before->hosts.end() && (*found)->name == name ? *found : nullptr;
}

void report_broken(const kube::Objects& objects, const Options& options, Report& report) {
    for (const auto& [id, mistake] : objects.broken) {
        // Flags name Secrets and ConfigMaps of any namespace.
        const bool anywhere = !kube::is_namespaced(id.kind) || id.kind == kube::Kind::secret ||
                              id.kind == kube::Kind::config_map;
        if (!anywhere && !is_watched(id.key.namespace_name, objects, options)) continue;
        report.error(ref(id.kind, id.key), mistake.field,
                     mistake.text + "; the version before, if there was one, stays in force");
    }
}

void report_resources(const std::vector<Chosen>& all, Report& report) {
    for (const Chosen& chosen : all) {
        if (!chosen.object->default_backend || has_default_backend(chosen)) continue;
        report.error(ref(*chosen.object), "spec.defaultBackend",
                     "names no Service, and only Services can be backends; it is left out");
    }
}

void announce(const std::vector<Chosen>& all, const Plan& plan, Backends& backends) {
    const auto announce_one = [&](const Chosen& from, const kube::Ingress::Backend& to) {
        const ServicePort port{{from.object->meta.namespace_name, to.service_name}, to.port};
        const auto age = static_cast<std::size_t>(&from - all.data());
        backends.announce(port, age, from.says.service_upstream);
    };
    for (const auto& [name, host] : plan) {
        for (const PlannedPath& path : host.paths) announce_one(*path.from, *path.backend);
    }
    for (const Chosen& chosen : all) {
        if (has_default_backend(chosen)) announce_one(chosen, *chosen.object->default_backend);
    }
}

CertificatePtr default_certificate(const Options& options, Certificates& certificates,
                                   Report& report) {
    if (!options.default_ssl_certificate) return nullptr;
    const auto found = certificates.find(*options.default_ssl_certificate);
    if (found) return *found;
    report.error(ref(kube::Kind::secret, *options.default_ssl_certificate), "",
                 found.error() + " (--default-ssl-certificate); the self-made one is served");
    return nullptr;
}

}  // namespace

Translation translate(const Input& input, const table::RoutingTable* before, const Checks& checks,
                      const Options& options) {
    Translation out;
    Report report;
    report_broken(input.objects, options, report);

    Globals globals = read_globals(input.objects, options, checks, report);
    std::vector<Chosen> all =
        choose(input, globals.defaults, options, judging_texts_once(checks), out.accepted, report);
    ClientAuthorities authorities(input, before, checks, options, report);
    BackendTlsSettings backend_tls(input, before, checks, report);
    for (Chosen& chosen : all) {
        authorities.find(chosen);
        backend_tls.find(chosen);
        read_fastcgi_params(input.objects, chosen, report);
    }
    report_resources(all, report);
    const Plan plan = plan_hosts(all, report);

    Certificates certificates(input, before, checks, report);
    Backends backends(input.objects, before, options, report);
    announce(all, plan, backends);
    const std::vector<L4Entry> l4_entries = read_l4_entries(input.objects, options, report);
    for (const L4Entry& entry : l4_entries) backends.announce(entry.to);
    warn_of_forgery(l4_entries, globals.settings.forwarded, report);
    TlsSections tls(certificates, report);
    DefaultBackend standard = find_default_backend(input.objects, options, backends, report);
    HostBuilder builder(globals, options, std::move(standard), backends, tls, report);

    table::RoutingTable table;
    for (const auto& [name, planned] : plan) {
        if (name.empty()) continue;
        table::Host host = builder.build(name, planned);
        settle_passthrough(planned, options, host, report);
        table.hosts.push_back(reuse(std::move(host), find_host(before, name)));
    }
    const PlannedHost& catch_all = plan.at({});
    const Chosen* answers = find_catch_all(all, catch_all, report);
    table.catch_all =
        reuse(builder.build_catch_all(catch_all, answers), before ? before->catch_all : nullptr);
    tls.report_unused(all);
    table.default_certificate = default_certificate(options, certificates, report);
    table.ticket_secret = find_ticket_secret(input.objects, options, report);
    table.l4_services = make_l4_services(l4_entries, before, backends, report);
    table.backends = backends.take();
    table.settings = std::move(globals.settings);

    out.table = std::make_shared<const table::RoutingTable>(std::move(table));
    out.findings = report.take();
    return out;
}

}  // namespace breakwater::translate
