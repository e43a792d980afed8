#include "controller/translate/translate.h"

#include <algorithm>
#include <expected>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "controller/translate/class.h"
#include "controller/translate/fastcgi.h"
#include "controller/translate/forwarded.h"
#include "controller/translate/l4_services.h"
#include "controller/translate/memory.h"
#include "controller/translate/ticket_secret.h"
#include "controller/translate/tls.h"

namespace breakwater::translate {
namespace {

using Hosts = std::vector<HostPtr>;

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

CertificatePtr default_certificate(const Options& options, Certificates& certificates,
                                   Report& report) {
    if (!options.default_ssl_certificate) return nullptr;
    const auto found = certificates.find(*options.default_ssl_certificate);
    if (found) return *found;
    report.error(ref(kube::Kind::secret, *options.default_ssl_certificate), "",
                 found.error() + " (--default-ssl-certificate); the self-made one is served");
    return nullptr;
}

table::Findings sorted(std::vector<const table::Finding*> all) {
    const auto value = [](const table::Finding* one) -> const table::Finding& { return *one; };
    std::ranges::sort(all, {}, value);
    const auto twice = std::ranges::unique(all, {}, value);
    all.erase(twice.begin(), twice.end());
    table::Findings findings;
    findings.reserve(all.size());
    std::ranges::transform(all, std::back_inserter(findings), value);
    return findings;
}

/// One translation: takes apart the groups that a change has touched, reads their Ingresses again, and
/// puts what comes of them beside the groups that stay.
class Turn {
public:
    Turn(const Input& input, Memory& memory, const Checks& checks, const Options& options)
        : input_(input),
          memory_(memory),
          checks_(checks),
          checks_once_(judging_texts_once(checks)),
          options_(options) {}

    Translation run() {
        report_broken(input_.objects, options_, report_);
        report_parameters(input_.objects, options_, report_);
        note_changes();
        globals_ = read_globals(input_.objects, options_, checks_, report_);
        announce_what_is_no_ingress();
        plan_what_is_touched();
        settle_default_backend();
        memory_.table = std::make_shared<const table::RoutingTable>(make_table());
        memory_.objects = input_.objects;
        return {.table = memory_.table,
                .findings = take_findings(),
                .accepted = memory_.accepted,
                .secrets = settle_secrets(),
                .memory = nullptr};
    }

private:
    void note_changes() {
        const kube::Objects& before = memory_.objects;
        const kube::Objects& now = input_.objects;
        const auto note = [this](const auto& was, const auto& is) {
            const auto& object = is ? *is : *was;
            changes_.add(trace_of(object.kKind, object.meta));
        };
        for_each_difference(before.services, now.services, note);
        for_each_difference(before.config_maps, now.config_maps, note);
        for_each_difference(before.ingresses, now.ingresses, note);
        for_each_difference(before.ingresses, now.ingresses,
                            [this](const auto& was, const auto& is) {
                                if (!was) fresh_.push_back(is);
                            });
        for_each_difference(before.secrets, now.secrets, note);
        for_each_difference(before.secrets, now.secrets, [this](const auto& was, const auto& is) {
            if (is) return;
            memory_.certificates.forget(was->meta.key());
            memory_.authorities.forget(was->meta.key());
        });
        memory_.backends.follow(before, now);
        everything_ = !before.ingress_classes.same_as(now.ingress_classes) ||
                      !before.namespaces.same_as(now.namespaces) ||
                      before.forbidden != now.forbidden ||
                      (options_.configmap &&
                       changes_.contain(trace_of(kube::Kind::config_map, *options_.configmap)));
    }

    void announce_what_is_no_ingress() {
        for (const ServicePort& port : memory_.used) memory_.backends.release(port);
        for (const Announcement& old : memory_.announcements) memory_.backends.withdraw(old);
        memory_.announcements.clear();
        l4_entries_ = read_l4_entries(input_.objects, options_, report_);
        warn_of_forgery(l4_entries_, globals_.settings.forwarded, report_);
        for (const L4Entry& entry : l4_entries_) announce_by_default(entry.to);
        default_port_ = default_backend_port(input_.objects, options_);
        if (default_port_) announce_by_default(*default_port_);
        for (const Announcement& wanted : memory_.announcements) memory_.backends.announce(wanted);
    }

    /// Of what is no Ingress' the ConfigMap alone can say how endpoints are chosen.
    void announce_by_default(const ServicePort& port) {
        const BackendDraft says{.policies = globals_.defaults.backend.policies};
        memory_.announcements.push_back({.port = port, .wish = {.draft = says}});
    }

    /// Until no group is touched by what came of those that were: by a host that they share now, by a
    /// name of a backend.
    void plan_what_is_touched() {
        while (true) {
            for (const Trace trace : memory_.backends.settle_names()) changes_.add(trace);
            std::vector<Candidate> candidates;
            for (const auto& ingress : std::exchange(fresh_, {})) read(ingress, candidates);
            if (!take_apart(candidates) && candidates.empty()) return;
            for (auto& members : group_by_host(std::move(candidates))) {
                planned_.push_back(plan_group(std::move(members)));
                for (const Announcement& wanted : planned_.back().made.announcements) {
                    memory_.backends.announce(wanted);
                }
            }
        }
    }

    /// Takes the groups apart that are touched, and those with which their Ingresses now share a host.
    /// @return whether there was any
    bool take_apart(std::vector<Candidate>& candidates) {
        bool any = false;
        while (changes_.size() != looked_at_ || everything_) {
            looked_at_ = changes_.size();
            const auto touched = std::ranges::partition(
                memory_.parts, [this](const Part& part) { return !is_touched(part.validity); });
            const std::vector<Part> apart(std::make_move_iterator(touched.begin()),
                                          std::make_move_iterator(touched.end()));
            memory_.parts.erase(touched.begin(), touched.end());
            if (apart.empty()) return any;
            any = true;
            for (const Part& part : apart) {
                memory_.secrets.release(part.validity.footprint.secrets());
                take_apart(part.group, candidates);
            }
        }
        return any;
    }

    [[nodiscard]] bool is_touched(const Validity& validity) const {
        return everything_ || !validity.settled || input_.now >= validity.good_until ||
               validity.footprint.is_touched_by(changes_);
    }

    void take_apart(const GroupPtr& group, std::vector<Candidate>& candidates) {
        memory_.with_findings.erase(group);
        for (const ServicePort& port : group->backends) memory_.backends.release(port);
        for (const Announcement& old : group->announcements) memory_.backends.withdraw(old);
        for (const HostPtr& host : group->hosts) gone_.insert(host.get());
        if (group->catch_all) memory_.catch_all = nullptr;
        for (const kube::Key& key : group->ingresses) {
            memory_.accepted.remove(key);
            if (const auto now = input_.objects.ingresses.get(key)) read(now, candidates);
        }
    }

    void read(const std::shared_ptr<const kube::Ingress>& ingress,
              std::vector<Candidate>& candidates) {
        Candidate& made = candidates.emplace_back(ingress);
        made.chosen =
            choose(ingress, input_, globals_.defaults, options_, checks_once_, made.report);
        if (made.chosen) {
            Lookup lookup(input_.objects, made.footprint);
            ClientAuthorities(lookup, memory_.authorities, checks_, options_, made.report)
                .find(*made.chosen);
            BackendTlsSettings(lookup, memory_.backend_tls, checks_, options_, made.report)
                .find(*made.chosen);
            read_fastcgi_params(lookup, options_, *made.chosen, made.report);
            memory_.accepted.put(made.chosen->object);
        }
        made.settled = made.chosen || !input_.accepted.contains(ingress->meta);
        for (const std::string& host : hosts_of(made)) changes_.add(trace_of_host(host));
    }

    void settle_default_backend() {
        DefaultBackend now;
        if (default_port_) {
            const auto is_ready = [this](const ServicePort& port) {
                return memory_.backends.is_ready(port, input_.objects, options_);
            };
            now = find_default_backend(*default_port_, finder_, is_ready, report_);
        }
        if (now == memory_.default_backend) return;
        memory_.default_backend = std::move(now);
        everything_ = true;  // each host without one of its own falls back to it
        plan_what_is_touched();
    }

    table::RoutingTable make_table() {
        table::RoutingTable table;
        table.hosts = build_hosts();
        table.catch_all = memory_.catch_all;
        Certificates certificates(lookup_, memory_.certificates, input_.now, checks_, report_);
        table.default_certificate = default_certificate(options_, certificates, report_);
        table.ticket_secret = find_ticket_secret(lookup_, options_, report_);
        table.l4_services = make_l4_services(l4_entries_, memory_.table.get(), finder_, report_);
        memory_.used = finder_.take_used();
        table.backends = memory_.backends.settle(input_.objects, options_);
        table.settings = std::move(globals_.settings);
        return table;
    }

    /// The hosts of all groups, sorted by name.
    Hosts build_hosts() {
        add_missing_catch_all();
        const BuildContext context{.input = input_,
                                   .globals = globals_,
                                   .default_backend = memory_.default_backend,
                                   .backends = memory_.backends,
                                   .certificates = memory_.certificates,
                                   .before = memory_.table.get(),
                                   .checks = checks_,
                                   .options = options_};
        Hosts fresh;
        for (PlannedGroup& planned : planned_) {
            Part built = build_group(std::move(planned), context);
            const GroupPtr& group = built.group;
            fresh.insert(fresh.end(), group->hosts.begin(), group->hosts.end());
            if (group->catch_all) memory_.catch_all = group->catch_all;
            if (!group->findings.empty()) memory_.with_findings.insert(group);
            memory_.secrets.add(built.validity.footprint.secrets());
            memory_.parts.push_back(std::move(built));
        }
        return with_those_that_stay(std::move(fresh));
    }

    /// Where no Ingress has a say in it any more.
    void add_missing_catch_all() {
        const bool has = memory_.catch_all != nullptr ||
                         std::ranges::any_of(planned_, &PlannedGroup::has_catch_all);
        if (!has) planned_.push_back(plan_group({}));
    }

    Hosts with_those_that_stay(Hosts fresh) const {
        const auto name = [](const HostPtr& host) -> const std::string& { return host->name; };
        std::ranges::sort(fresh, {}, name);
        if (!memory_.table) return fresh;
        const Hosts& before = memory_.table->hosts;
        Hosts all;
        all.reserve(before.size() + fresh.size());
        auto next = fresh.begin();
        for (const HostPtr& host : before) {
            if (!gone_.empty() && gone_.contains(host.get())) continue;
            while (next != fresh.end() && name(*next) < name(host)) all.push_back(*next++);
            all.push_back(host);
        }
        all.insert(all.end(), next, fresh.end());
        return all;
    }

    const kube::Keys& settle_secrets() {
        memory_.secrets.add(not_looked_at_.secrets());
        memory_.secrets.release(std::exchange(memory_.own_secrets, not_looked_at_.secrets()));
        return memory_.secrets.settle();
    }

    table::Findings take_findings() {
        const table::Findings of_none = report_.take();
        std::vector<const table::Finding*> all;
        const auto add = [&all](const table::Findings& findings) {
            for (const table::Finding& finding : findings) all.push_back(&finding);
        };
        add(of_none);
        for (const GroupPtr& group : memory_.with_findings) add(group->findings);
        memory_.backends.collect_findings(all);
        return sorted(std::move(all));
    }

    const Input& input_;
    Memory& memory_;
    const Checks& checks_;
    const Checks checks_once_;
    const Options& options_;

    // For what is no Ingress', which is made in each turn.
    Footprint not_looked_at_;
    Lookup lookup_{input_.objects, not_looked_at_};
    BackendFinder finder_{memory_.backends, lookup_, options_};
    Report report_;

    Changes changes_;
    bool everything_ = false;  ///< every group is touched
    /// So many changes were compared with the footprints; at first none, not even the absence of any.
    std::size_t looked_at_ = static_cast<std::size_t>(-1);
    std::vector<std::shared_ptr<const kube::Ingress>> fresh_;  ///< of no group yet
    Globals globals_;
    std::vector<L4Entry> l4_entries_;
    std::optional<ServicePort> default_port_;
    std::vector<PlannedGroup> planned_;
    std::unordered_set<const table::Host*> gone_;  ///< of the table before
};

}  // namespace

Translation translate(const Input& input, std::shared_ptr<Memory> before, const Checks& checks,
                      const Options& options) {
    if (!before || !before->accepted.same_as(input.accepted)) before = std::make_shared<Memory>();
    Translation made = Turn(input, *before, checks, options).run();
    made.memory = std::move(before);
    return made;
}

}  // namespace breakwater::translate
