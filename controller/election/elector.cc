#include "controller/election/elector.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "controller/kube/backoff.h"
#include "proxy/base/log.h"

namespace breakwater::election {
namespace {

using kube::Trouble;
using nlohmann::json;

/// As client-go's: half of the renew deadline, so that a request that hangs leaves time for another.
Duration time_limit_of(const Rhythm& rhythm) {
    return std::max<Duration>(rhythm.renew_deadline() / 2, std::chrono::seconds(1));
}

/// What a version is written on that somebody else has changed, made or deleted in the meantime.
bool is_outdated(const Trouble& trouble) {
    return trouble.reason == "Conflict" || trouble.reason == "AlreadyExists" ||
           trouble.reason == "NotFound";
}

}  // namespace

Elector::Elector(ElectorOptions options, kube::Credentials& credentials,
                 kube::Complaints& complaints, std::function<void(bool)> on_change,
                 const Clock& clock)
    : options_(std::move(options)),
      who_(fmt::format("Lease {}/{}", options_.namespace_name, options_.name)),
      place_{kLeases, options_.namespace_name, options_.name, {}},
      complaints_(complaints),
      on_change_(std::move(on_change)),
      clock_(clock),
      client_(credentials, time_limit_of(options_.rhythm)),
      election_(options_.identity, options_.rhythm),
      random_(std::random_device()()) {}

void Elector::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Elector::stop(const std::stop_token& at_once) {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    let_go(at_once);
}

void Elector::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const Time next = attempt(stop);
        kube::pause(stop, next - clock_.now());
    }
}

Time Elector::attempt(const std::stop_token& stop) {
    const Step step = take_part(stop);
    if (step) {
        complaints_.well(who_);
    } else if (!stop.stop_requested()) {
        complaints_.wrong(who_, step.error());
    }
    leads_until_ = election_.leads_until().time_since_epoch().count();
    tell();
    const double jitter = std::uniform_real_distribution(0.0, 1.0)(random_);
    return election_.next_try(clock_.now(), jitter);
}

Elector::Step Elector::take_part(const std::stop_token& stop) {
    if (!lease_is_current_ || !election_.leads(clock_.now())) {
        if (Step step = look(stop); !step) return step;
    }
    if (!election_.may_claim(clock_.now())) return {};
    Step step = claim(stop);
    if (step || !is_outdated(step.error())) return step;
    // Somebody was faster, or has but labelled the Lease: what it says now decides.
    if (step = look(stop); !step || !election_.may_claim(clock_.now())) return step;
    return claim(stop);
}

Elector::Step Elector::look(const std::stop_token& stop) {
    auto answer = client_.get(place_, stop);
    if (!answer && answer.error().reason != "NotFound") {
        return std::unexpected(std::move(answer.error()));
    }
    lease_.reset();
    if (answer) lease_ = *std::move(answer);
    lease_is_current_ = true;
    election_.observe(lease_ ? read_record(*lease_) : Record{}, clock_.now());
    return {};
}

Elector::Step Elector::claim(const std::stop_token& stop) {
    const Record record = election_.claim(clock_.wall());
    const Time sent = clock_.now();
    if (auto answer = write(record, stop); !answer) {
        return std::unexpected(std::move(answer.error()));
    }
    election_.claimed(record, sent);
    return {};
}

kube::ApiClient::Answer Elector::write(const Record& record, const std::stop_token& stop) {
    json lease = lease_ ? *lease_ : new_lease(options_.namespace_name, options_.name);
    write_record(record, lease);
    lease_is_current_ = false;  // should no answer come, it may still have been taken
    auto answer = lease_ ? client_.replace(place_, lease, stop)
                         : client_.create({kLeases, options_.namespace_name, {}, {}}, lease, stop);
    if (answer) {
        lease_ = *answer;
        lease_is_current_ = true;
    }
    return answer;
}

void Elector::tell() {
    if (election_.holder() != std::exchange(holder_said_, election_.holder())) {
        log::info("leader elected", {{"lease", options_.namespace_name + "/" + options_.name},
                                     {"leader", holder_said_},
                                     {"self", holder_said_ == options_.identity}});
    }
    const bool lead = leads();
    if (lead == std::exchange(lead_told_, lead)) return;
    if (!lead) log::warn("leadership lost", {{"lease", place_.namespace_name + "/" + place_.name}});
    if (on_change_) on_change_(lead);
}

void Elector::let_go(const std::stop_token& at_once) {
    if (!leads()) return;
    leads_until_ = 0;
    if (!lease_is_current_ && !look(at_once)) return;  // a renewal was cut short: was it taken?
    if (election_.holder() != options_.identity) return;
    const auto answer = write(election_.release(clock_.wall()), at_once);
    if (answer) {
        log::info("lease released", {{"lease", place_.namespace_name + "/" + place_.name}});
    } else if (!at_once.stop_requested()) {
        complaints_.wrong(who_, answer.error());
    }
}

std::string own_identity(const std::string& pod) {
    if (!pod.empty()) return pod;
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    std::random_device random;
    return fmt::format("{}_{:08x}{:08x}", host.data(), random(), random());
}

}  // namespace breakwater::election
