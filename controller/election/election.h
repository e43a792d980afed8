#pragma once
// Who leads: the rules of client-go's leader election (k8s.io/client-go/tools/leaderelection), told what
// the Lease says and when; the asking and writing is the elector's (elector.h).
//
// A record that somebody else holds is believed for its duration from the moment that we saw it change,
// by our own clock: what the holder's clock says is never compared with ours. Whoever leads stops to at
// the renew deadline, which comes before anybody else may take the Lease.
//
// Pure; a value of one thread.

#include <chrono>
#include <optional>
#include <string>

#include "controller/election/lease.h"
#include "proxy/base/clock.h"

namespace breakwater::election {

/// The rhythm: ingress-nginx's parts of `--election-ttl`.
struct Rhythm {
    std::chrono::milliseconds lease = std::chrono::seconds(10);

    [[nodiscard]] Duration renew_deadline() const { return lease / 2; }
    [[nodiscard]] Duration retry() const { return lease / 4; }
    /// As the Lease has it: whole seconds, and at least one.
    [[nodiscard]] std::chrono::seconds in_seconds() const {
        return std::max(std::chrono::ceil<std::chrono::seconds>(lease), std::chrono::seconds(1));
    }
};

class Election {
public:
    Election(std::string identity, const Rhythm& rhythm)
        : identity_(std::move(identity)), rhythm_(rhythm) {}

    /// The Lease was read, and says this.
    void observe(const Record& record, Time now);
    /// The Lease is ours, is free, or its holder has not renewed it for its whole duration.
    [[nodiscard]] bool may_claim(Time now) const;
    /// What to write in order to take the Lease, or to renew it.
    [[nodiscard]] Record claim(WallTime now) const;
    /// The server took that claim. @param sent  when it was on its way: the term counts from there.
    void claimed(const Record& claim, Time sent);
    /// What to write in order to let go of it: the next one need not wait.
    [[nodiscard]] Record release(WallTime now) const;

    /// Until when we lead without another renewal; in the past where we do not.
    [[nodiscard]] Time leads_until() const;
    [[nodiscard]] bool leads(Time now) const { return now < leads_until(); }
    /// Who holds the Lease, as far as we know; empty: nobody.
    [[nodiscard]] const std::string& holder() const { return observed_.holder; }

    /// When to look again. @param jitter  0 to 1: replicas that began together do not stay together.
    [[nodiscard]] Time next_try(Time now, double jitter) const;

private:
    [[nodiscard]] bool is_ours() const { return observed_.holder == identity_; }
    /// When the holder's term is over, should no renewal come.
    [[nodiscard]] Time runs_out() const;

    const std::string identity_;
    const Rhythm rhythm_;
    Record observed_;
    Time observed_at_{};
    std::optional<Time> claimed_at_;  ///< of our term
};

}  // namespace breakwater::election
