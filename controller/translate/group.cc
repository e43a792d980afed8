#include "controller/translate/group.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "controller/translate/hosts.h"
#include "controller/translate/passthrough.h"
#include "controller/translate/shadowed.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

/// Numbers from 0 that belong together.
class Unions {
public:
    explicit Unions(std::size_t count) : parent_(count) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    std::size_t find(std::size_t one) {
        while (parent_[one] != one) one = parent_[one] = parent_[parent_[one]];
        return one;
    }
    void unite(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

private:
    std::vector<std::size_t> parent_;
};

void report_resources(const std::vector<Chosen>& all, Report& report) {
    for (const Chosen& chosen : all) {
        if (!chosen.object->default_backend || has_default_backend(chosen)) continue;
        report.error(ref(*chosen.object), "spec.defaultBackend",
                     "names no Service, and only Services can be backends; it is left out");
    }
}

std::vector<Announcement> announcements_of(const std::vector<Chosen>& all, const Plan& plan) {
    std::vector<Announcement> out;
    const auto add = [&out](const Chosen& from, const kube::Ingress::Backend& to) {
        out.push_back({.port = {{from.object->meta.namespace_name, to.service_name}, to.port},
                       .age = from.age,
                       .wish = {.draft = from.says.backend, .said = from.backend}});
    };
    for (const auto& [name, host] : plan) {
        for (const PlannedPath& path : host.paths) add(*path.from, *path.backend);
    }
    for (const Chosen& chosen : all) {
        if (has_default_backend(chosen)) add(chosen, *chosen.object->default_backend);
    }
    return out;
}

/// The node of the table before, where it is equal.
HostPtr reuse(table::Host host, const table::RoutingTable* before) {
    HostPtr old = before ? table::find_host(*before, host.name) : nullptr;
    if (old && *old == host) return old;
    return std::make_shared<const table::Host>(std::move(host));
}

}  // namespace

std::vector<std::string> hosts_of(const Candidate& candidate) {
    if (!candidate.chosen) return {};
    const auto& rules = candidate.chosen->object->rules;
    if (rules.empty()) return {std::string()};
    std::vector<std::string> hosts;
    for (const auto& rule : rules) hosts.push_back(lower_case(rule.host));
    return hosts;
}

std::vector<std::vector<Candidate>> group_by_host(std::vector<Candidate> candidates) {
    Unions unions(candidates.size());
    std::unordered_map<std::string, std::size_t> first_with;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        for (std::string& host : hosts_of(candidates[i])) {
            unions.unite(i, first_with.try_emplace(std::move(host), i).first->second);
        }
    }
    std::vector<std::vector<Candidate>> groups(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        groups[unions.find(i)].push_back(std::move(candidates[i]));
    }
    std::erase_if(groups, [](const auto& group) { return group.empty(); });
    return groups;
}

PlannedGroup plan_group(std::vector<Candidate> members) {
    PlannedGroup planned;
    planned.has_catch_all = members.empty();
    Group& made = planned.made;
    const auto add_host = [&](const std::string& host) {
        planned.validity.footprint.add(trace_of_host(host));
        if (host.empty()) planned.has_catch_all = true;
    };
    if (members.empty()) add_host({});
    for (Candidate& member : members) {
        for (const std::string& host : hosts_of(member)) add_host(host);
        made.ingresses.push_back(member.object->meta.key());
        planned.validity.footprint.add(trace_of(kube::Kind::ingress, member.object->meta));
        planned.validity.footprint.add(member.footprint);
        planned.validity.settled &= member.settled;
        planned.report.absorb(std::move(member.report));
        if (member.chosen) planned.all.push_back(*std::move(member.chosen));
    }
    std::ranges::sort(planned.all, {}, &Chosen::age);
    report_resources(planned.all, planned.report);
    planned.plan = plan_hosts(planned.all, planned.report);
    made.announcements = announcements_of(planned.all, planned.plan);
    return planned;
}

Part build_group(PlannedGroup planned, const BuildContext& context) {
    Group& made = planned.made;
    Report& report = planned.report;
    Lookup lookup(context.input.objects, planned.validity.footprint);
    Certificates certificates(lookup, context.certificates, context.input.now, context.checks,
                              report);
    TlsSections tls(certificates, report);
    BackendFinder backends(context.backends, lookup, context.options);
    HostBuilder builder(context.globals, context.options, context.default_backend, backends, tls,
                        report);
    for (const auto& [name, host] : planned.plan) {
        if (name.empty()) continue;
        table::Host built = builder.build(name, host);
        settle_passthrough(host, context.options, built, report);
        made.hosts.push_back(reuse(std::move(built), context.before));
    }
    const Chosen* answers = nullptr;
    if (planned.has_catch_all) {
        const PlannedHost& host = planned.plan.at({});
        answers = find_catch_all(planned.all, host, report);
        made.catch_all = reuse(builder.build_catch_all(host, answers), context.before);
    }
    report_shadowed_default_backends(planned.plan, answers, report);
    tls.report_unused(planned.all);
    made.backends = backends.take_used();
    planned.validity.good_until = certificates.good_until();
    made.findings = report.take();
    return {std::move(planned.validity), std::make_shared<const Group>(std::move(made))};
}

}  // namespace breakwater::translate
