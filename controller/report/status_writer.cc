#include "controller/report/status_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "controller/kube/backoff.h"
#include "controller/report/replicas.h"
#include "proxy/base/log.h"

namespace breakwater::report {
namespace {

using kube::Trouble;
using nlohmann::json;

constexpr const char* kStatus = "status of Ingresses";

json patch_of(const kube::Ingress& ingress, const Addresses& wanted) {
    json patch = json::array();
    patch.push_back({{"op", "test"}, {"path", "/metadata/uid"}, {"value", ingress.meta.uid}});
    if (!ingress.ingress_class_name.empty()) {
        patch.push_back({{"op", "test"},
                         {"path", "/spec/ingressClassName"},
                         {"value", ingress.ingress_class_name}});
    }
    // An Ingress's status is its loadBalancer alone.
    patch.push_back({{"op", "add"},
                     {"path", "/status"},
                     {"value", {{"loadBalancer", load_balancer_of(wanted)}}}});
    return patch;
}

}  // namespace

StatusWriter::StatusWriter(StatusOptions options, OurIngresses ingresses,
                           std::function<bool()> leads, kube::Credentials& credentials,
                           kube::Complaints& complaints)
    : options_(std::move(options)),
      ingresses_(std::move(ingresses)),
      leads_(std::move(leads)),
      complaints_(complaints),
      client_(credentials),
      finder_(options_.addresses),
      thread_(kBetweenWalks, [this](const std::stop_token& stop) { return walk(stop); }) {}

Periodic::Rest StatusWriter::walk(const std::stop_token& stop) {
    const Periodic::Rest usual{.time = options_.interval};
    if (!leads_()) {
        ledger_ = {};
        return usual;
    }
    Step step;
    if (const auto wanted = find_addresses(stop); !wanted) {
        step = std::unexpected(wanted.error());
    } else if (!wanted->empty()) {
        // None is no reason to take any away: a load balancer that is being made has none yet.
        step = write_all(*wanted, stop);
    }
    if (stop.stop_requested()) return usual;
    if (step) {
        complaints_.well(kStatus);
        return usual;
    }
    complaints_.wrong(kStatus, step.error());
    return Periodic::after(step.error());
}

std::expected<Addresses, Trouble> StatusWriter::find_addresses(const std::stop_token& stop) {
    const Time now = system_clock().now();
    if (!good_until_.passed(now)) return written_;
    auto found = finder_.find(client_, stop);
    if (!found) return found;
    say_addresses(*found);
    if (!found->empty()) {
        good_until_ = Deadline(now + std::min(options_.interval, kAddressesLast));
    }
    return found;
}

void StatusWriter::say_addresses(const Addresses& addresses) {
    if (addresses.empty() && !std::exchange(said_none_, true)) {
        log::warn("no address for the status of Ingresses yet; it stays as it is");
    }
    if (addresses.empty()) return;
    said_none_ = false;
    if (addresses == std::exchange(written_, addresses)) return;
    log::info("status of Ingresses", {{"addresses", to_string(addresses)}});
}

StatusWriter::Step StatusWriter::write_all(const Addresses& wanted, const std::stop_token& stop) {
    const auto all = ingresses_();
    if (!all) return {};
    std::set<std::string> uids;
    for (const auto& ingress : *all) {
        uids.insert(ingress->meta.uid);
        if (in_order(ingress->status.addresses) == wanted) continue;
        const auto verdict = ledger_.judge(ingress->meta.uid, wanted, system_clock().now());
        if (verdict == StatusLedger::Verdict::dispute) {
            log::warn("status of an Ingress is written by somebody else as well; it is left to him",
                      {{"ingress", ingress->meta.key().to_string()},
                       {"addresses", to_string(ingress->status.addresses)}});
        }
        if (verdict != StatusLedger::Verdict::write) continue;
        kube::pause(stop, pace_.wait(system_clock().now()));
        if (stop.stop_requested() || !leads_()) return {};
        pace_.take(system_clock().now());
        if (Step step = write(*ingress, wanted, stop); !step) return step;
    }
    ledger_.keep(uids);
    return {};
}

StatusWriter::Step StatusWriter::write(const kube::Ingress& ingress, const Addresses& wanted,
                                       const std::stop_token& stop) {
    const kube::Place place{kube::kIngresses, ingress.meta.namespace_name, ingress.meta.name,
                            "status"};
    const auto answer =
        client_.patch(place, kube::PatchKind::json, patch_of(ingress, wanted), stop);
    if (!answer && !answer.error().concerns_one_object()) return std::unexpected(answer.error());
    ledger_.written(ingress.meta.uid, wanted, system_clock().now());
    return {};
}

void StatusWriter::stop(const std::stop_token& at_once) {
    thread_.stop();
    if (!options_.clear_on_shutdown || written_.empty() || !leads_()) return;
    const Deadline deadline(system_clock().now() + kFarewell);
    const Step step = take_back(deadline, at_once);
    if (!step && !at_once.stop_requested()) complaints_.wrong(kStatus, step.error());
}

StatusWriter::Step StatusWriter::take_back(Deadline deadline, const std::stop_token& at_once) {
    const auto others = others_serve(at_once);
    if (!others) return std::unexpected(others.error());
    if (*others) return {};  // the next leader keeps it up
    log::info("addresses are taken out of the status of Ingresses",
              {{"addresses", to_string(written_)}});
    const auto all = ingresses_();
    if (!all) return {};
    for (const auto& ingress : *all) {
        if (in_order(ingress->status.addresses) != written_) continue;  // somebody else's
        if (deadline.passed(system_clock().now())) {
            return std::unexpected(
                Trouble{Trouble::Cause::server, "not all of it was taken back in time"});
        }
        if (Step step = write(*ingress, {}, at_once); !step) return step;
    }
    return {};
}

std::expected<bool, Trouble> StatusWriter::others_serve(const std::stop_token& at_once) {
    const kube::Key& own = options_.addresses.own_pod;
    if (own.name.empty() || own.namespace_name.empty()) {
        log::info(
            "the status of Ingresses stays: without POD_NAME and POD_NAMESPACE nobody knows "
            "whether another replica serves on");
        return true;
    }
    const auto replicas = find_replicas(client_, own, at_once);
    if (!replicas) return std::unexpected(replicas.error());
    return std::ranges::any_of(
        *replicas, [&](const Replica& one) { return one.serves && one.name != own.name; });
}

}  // namespace breakwater::report
