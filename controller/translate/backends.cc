#include "controller/translate/backends.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "controller/translate/annotations/read.h"
#include "controller/translate/external_name.h"

namespace breakwater::translate {
namespace {

std::string name_in_full(const ServicePort& port) {
    const std::string name = port.service.to_string() + ":" + port.port_text();
    return port.protocol == kube::Protocol::udp ? name + "/UDP" : name;
}

std::string short_name(const ServicePort& port) {
    return port.service.namespace_name + "-" + port.service.name + "-" + port.port_text();
}

kube::KeyView slice_key(const std::shared_ptr<const kube::EndpointSlice>& slice) {
    return slice->meta;
}

kube::Key service_of(const kube::EndpointSlice& slice) {
    return {slice.meta.namespace_name, slice.service_name};
}

/// Whoever says something by which it would be another backend than that of the oldest is told.
void report_lost_wishes(const std::multimap<Age, BackendWish>& wanted, const ServicePort& port,
                        Report& report) {
    const auto& [oldest, decided] = *wanted.begin();
    for (const auto& [age, wish] : wanted | std::views::drop(1)) {
        for (const auto& [row, annotation, value] : wish.said) {
            Draft other;
            other.backend = decided.draft;
            row->set(value, other);  // accepted once already
            if (other.backend == decided.draft) continue;
            report.warn(ref(kube::Kind::ingress, age.ingress()), annotation_field(annotation),
                        "the Ingress " + oldest.name + " goes first and decides it for port " +
                            port.port_text() + " of the Service " + port.service.to_string());
        }
    }
}

}  // namespace

void Backends::follow(const kube::Objects& before, const kube::Objects& now) {
    before_ = in_table_;
    for_each_difference(before.services, now.services, [this](const auto& was, const auto& is) {
        mark((was ? was : is)->meta.key());
    });
    const auto change = [this](const auto& was, const auto& is) {
        if (was && !was->service_name.empty()) {
            const auto at = slices_.find(service_of(*was));
            std::erase(at->second, was);
            if (at->second.empty()) slices_.erase(at);
            mark(service_of(*was));
        }
        if (is && !is->service_name.empty()) {
            Slices& slices = slices_[service_of(*is)];
            slices.insert(std::ranges::upper_bound(slices, kube::KeyView(is->meta), {}, slice_key),
                          is);
            mark(service_of(*is));
        }
    };
    for_each_difference(before.endpoint_slices, now.endpoint_slices, change);
}

void Backends::mark(const kube::Key& service) {
    const std::string first = service.to_string() + ":";
    for (auto at = entries_.lower_bound(first);
         at != entries_.end() && at->first.starts_with(first); ++at) {
        outdated_.insert(at->first);
    }
}

void Backends::touch(const std::string& name) {
    const auto sharing = sharing_.find(name);
    first_before_.try_emplace(name,
                              sharing == sharing_.end() ? std::string() : *sharing->second.begin());
}

void Backends::announce(const Announcement& wanted) {
    const std::string full = name_in_full(wanted.port);
    const std::string name = short_name(wanted.port);
    touch(name);
    sharing_[name].insert(full);
    Entry& entry = entries_[full];
    entry.port = wanted.port;
    entry.wanted.emplace(wanted.age, wanted.wish);
    outdated_.insert(full);
}

void Backends::withdraw(const Announcement& wanted) {
    const std::string full = name_in_full(wanted.port);
    touch(short_name(wanted.port));
    auto& by_age = entries_.at(full).wanted;
    const auto [first, last] = by_age.equal_range(wanted.age);
    by_age.erase(
        std::find_if(first, last, [&](const auto& one) { return one.second == wanted.wish; }));
    outdated_.insert(full);
}

std::vector<Trace> Backends::settle_names() {
    std::vector<Trace> changed;
    for (const auto& [name, before] : std::exchange(first_before_, {})) {
        auto& sharing = sharing_.at(name);
        std::erase_if(sharing, [this](const std::string& full) {
            const auto entry = entries_.find(full);
            if (!entry->second.wanted.empty()) return false;
            take_out(entry->second);
            findings_.erase(full);
            entries_.erase(entry);
            return true;
        });
        const std::string now = sharing.empty() ? std::string() : *sharing.begin();
        if (now != before) {
            changed.push_back(trace_of_backend(name));
            outdated_.insert(sharing.begin(), sharing.end());
        }
        if (sharing.empty()) sharing_.erase(name);
    }
    return changed;
}

std::string Backends::name_of(const ServicePort& port) const {
    std::string name = short_name(port);
    const std::string full = name_in_full(port);
    if (*sharing_.at(name).begin() == full) return name;
    return name + "@" + full;
}

void Backends::use(const ServicePort& port) {
    const std::string full = name_in_full(port);
    ++entries_.at(full).users;
    outdated_.insert(full);
}

void Backends::release(const ServicePort& port) {
    const std::string full = name_in_full(port);
    --entries_.at(full).users;
    outdated_.insert(full);
}

bool Backends::is_ready(const ServicePort& port, const kube::Objects& objects,
                        const Options& options) const {
    Report told_when_it_is_made;
    const auto made = make(entries_.at(name_in_full(port)), objects, options, told_when_it_is_made);
    return made && !made->empty();
}

const table::Backends& Backends::settle(const kube::Objects& objects, const Options& options) {
    const std::set<std::string> outdated = std::exchange(outdated_, {});
    // Those that lose their name go before another one takes it.
    for (const std::string& full : outdated) {
        const auto entry = entries_.find(full);
        if (entry == entries_.end()) continue;
        findings_.erase(full);
        const auto& node = entry->second.node;
        if (!node) continue;
        const bool stays = entry->second.users > 0 && node->name == name_of(entry->second.port);
        if (!stays) take_out(entry->second);
    }
    for (const std::string& full : outdated) {
        const auto entry = entries_.find(full);
        if (entry == entries_.end() || entry->second.users == 0) continue;
        Report report;
        auto made = make(entry->second, objects, options, report);
        if (made) put(entry->second, *std::move(made));
        if (table::Findings findings = report.take(); !findings.empty()) {
            findings_.emplace(full, std::move(findings));
        }
    }
    return in_table_;
}

std::optional<table::Backend> Backends::make(const Entry& entry, const kube::Objects& objects,
                                             const Options& options, Report& report) const {
    const kube::Service* const service = objects.services.find(entry.port.service);
    const auto found = find_port(entry.port, service, options);
    if (!found) return {};  // whoever uses it would have been told so
    const BackendDraft& decided = entry.wanted.begin()->second.draft;
    table::Backend made{.name = name_of(entry.port), .endpoints = {}, .policies = decided.policies};
    report_lost_wishes(entry.wanted, entry.port, report);
    if (service->type == kube::Service::Type::external_name) {
        lead_outside(*service, *external_port(entry.port.port, *found), options, made, report);
        return made;
    }
    static const Slices kNone;
    const auto slices = slices_.find(entry.port.service);
    const EndpointsInput input{.wanted = entry.port,
                               .service = *service,
                               .found = **found,
                               .slices = slices == slices_.end() ? kNone : slices->second,
                               .service_upstream = decided.service_upstream};
    made.endpoints = make_endpoints(input, options, report);
    return made;
}

void Backends::put(Entry& entry, table::Backend made) {
    if (entry.node && *entry.node == made) return;
    entry.node = before_.get(made.name);
    if (!entry.node || *entry.node != made) {
        entry.node = std::make_shared<const table::Backend>(std::move(made));
    }
    in_table_.put(entry.node);
}

void Backends::take_out(Entry& entry) {
    if (entry.node) in_table_.remove(entry.node->name);
    entry.node = nullptr;
}

void Backends::collect_findings(std::vector<const table::Finding*>& into) const {
    for (const auto& [full, findings] : findings_) {
        for (const table::Finding& finding : findings) into.push_back(&finding);
    }
}

std::expected<std::string, std::string> BackendFinder::find(const ServicePort& port) {
    lookup_.note(trace_of_backend(short_name(port)));
    const auto found = find_port(port, lookup_.service(port.service), options_);
    if (!found) return std::unexpected(found.error());
    std::string name = backends_.name_of(port);
    if (used_.emplace(name, port).second) backends_.use(port);
    return name;
}

std::optional<table::BackendProtocol> BackendFinder::protocol_of(const ServicePort& port) {
    return translate::protocol_of(port, lookup_.service(port.service));
}

std::vector<ServicePort> BackendFinder::take_used() {
    std::vector<ServicePort> used;
    used.reserve(used_.size());
    for (auto& [name, port] : std::exchange(used_, {})) used.push_back(std::move(port));
    return used;
}

}  // namespace breakwater::translate
