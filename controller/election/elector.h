#pragma once
// Takes part in the election: reads and writes the Lease on a thread of its own.
//
// Every replica serves; the one that leads also writes status and Events. Without an API server nobody
// leads, and nothing but the writing waits for one.

#include <atomic>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>

#include "controller/election/election.h"
#include "controller/kube/api_client.h"
#include "controller/kube/complaints.h"
#include "proxy/base/clock.h"

namespace breakwater::election {

struct ElectorOptions {
    std::string namespace_name;
    std::string name;      ///< `--election-id`
    std::string identity;  ///< another one for each replica
    Rhythm rhythm;
};

class Elector {
public:
    /// @param credentials, complaints, clock  outlive this; the clock ticks.
    /// @param on_change  called on the elector's thread when we begin to lead, and when we see that we
    ///                   have stopped to.
    Elector(ElectorOptions options, kube::Credentials& credentials, kube::Complaints& complaints,
            std::function<void(bool leads)> on_change = {}, const Clock& clock = system_clock());

    void start();
    /// Ends the thread, at once; then lets go of the Lease if we held it, within a few seconds.
    /// @param at_once  leaves the Lease as it is
    void stop(const std::stop_token& at_once);

    /// Any thread. To be asked before each write: the term may end while somebody works.
    [[nodiscard]] bool leads() const { return clock_.now() < Time(Duration(leads_until_.load())); }

    /// One round: looks at the Lease and takes or renews it where that is possible. Not beside start().
    /// @return when to come again.
    Time attempt(const std::stop_token& stop);

private:
    using Step = std::expected<void, kube::Trouble>;

    void run(const std::stop_token& stop);
    Step take_part(const std::stop_token& stop);
    Step look(const std::stop_token& stop);
    Step claim(const std::stop_token& stop);
    /// @param lease  null: it is to be made. Keeps what the server answers.
    kube::ApiClient::Answer write(const Record& record, const std::stop_token& stop);
    void tell();
    void let_go(const std::stop_token& at_once);

    const ElectorOptions options_;
    const std::string who_;  ///< `Lease ingress/leader`
    const kube::Place place_;
    kube::Complaints& complaints_;
    const std::function<void(bool)> on_change_;
    const Clock& clock_;
    kube::ApiClient client_;
    Election election_;
    std::optional<nlohmann::json> lease_;  ///< as the server had it last; none: it is not there
    bool lease_is_current_ = false;        ///< nobody else is known to have written it since
    std::mt19937_64 random_;
    std::string holder_said_;
    bool lead_told_ = false;
    std::atomic<Duration::rep> leads_until_{0};
    std::jthread thread_;
};

/// The pod's name, else one of this machine that no other process has.
[[nodiscard]] std::string own_identity(const std::string& pod);

}  // namespace breakwater::election
