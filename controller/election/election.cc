#include "controller/election/election.h"

#include <algorithm>

#include "controller/kube/timestamp.h"

namespace breakwater::election {
namespace {

/// Of the retry period: how much later than that a follower may look again.
constexpr double kJitter = 0.2;

Duration part_of(Duration whole, double part) {
    return std::chrono::duration_cast<Duration>(whole * part);
}

}  // namespace

void Election::observe(const Record& record, Time now) {
    if (record.holder != identity_) claimed_at_.reset();
    if (record == observed_) return;
    observed_ = record;
    observed_at_ = now;
}

bool Election::may_claim(Time now) const {
    return observed_.holder.empty() || is_ours() || now >= runs_out();
}

Record Election::claim(WallTime now) const {
    const std::string time = kube::format_timestamp(now);
    Record record{.holder = identity_,
                  .duration = rhythm_.in_seconds(),
                  .acquire_time = time,
                  .renew_time = time,
                  .transitions = observed_.transitions};
    if (is_ours()) {
        record.acquire_time = observed_.acquire_time;
    } else if (observed_ != Record{}) {
        ++record.transitions;
    }
    return record;
}

void Election::claimed(const Record& claim, Time sent) {
    observed_ = claim;
    observed_at_ = sent;
    claimed_at_ = sent;
}

Record Election::release(WallTime now) const {
    const std::string time = kube::format_timestamp(now);
    return {.holder = {},
            .duration = std::chrono::seconds(1),
            .acquire_time = time,
            .renew_time = time,
            .transitions = observed_.transitions};
}

Time Election::leads_until() const {
    return claimed_at_ ? *claimed_at_ + rhythm_.renew_deadline() : Time{};
}

Time Election::next_try(Time now, double jitter) const {
    if (is_ours()) return now + rhythm_.retry();
    const Time usual = now + rhythm_.retry() + part_of(rhythm_.retry(), kJitter * jitter);
    // Not at the next beat but when the holder's term is over; a moment apart from the others.
    const Time early = runs_out() + part_of(rhythm_.retry(), kJitter * jitter);
    return early > now ? std::min(usual, early) : usual;
}

Time Election::runs_out() const {
    const Duration term =
        observed_.duration.count() > 0 ? Duration(observed_.duration) : Duration(rhythm_.lease);
    return observed_at_ + term;
}

}  // namespace breakwater::election
