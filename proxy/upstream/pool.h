#pragma once
// A backend as one worker knows it: its endpoints, and which of them is next. Keyed by the backend's
// name and kept across tables, so that a new table closes nothing and resets nothing. One worker.

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/exchange/fetch.h"
#include "proxy/table/backend.h"
#include "proxy/table/match.h"
#include "proxy/upstream/balance/policy.h"
#include "proxy/upstream/endpoint.h"

namespace breakwater::upstream {

class Pool final : public Counted {
public:
    /// @param policies  by table::Balance
    Pool(Reactor& reactor, std::shared_ptr<IdleConnections> idle,
         std::span<const MakePolicy> policies)
        : reactor_(reactor), idle_(std::move(idle)), policies_(policies) {}

    /// Takes over a newer version of the backend: endpoints that stay keep what they have.
    void update(const std::shared_ptr<const table::Backend>& backend);
    /// Where the name of its external host leads. Until that is known the endpoints of before stay.
    void lead_to(const std::vector<IpAddress>& addresses);
    [[nodiscard]] const table::Backend* version() const { return backend_.get(); }
    /// Its backend has left the table: who holds it goes on, and nothing is kept for others.
    void retire();

    /// @error no_endpoint      none is ready, or all have been tried
    /// @error name_unresolved  the same of an external host
    Result<Ref<Endpoint>> pick(const Choice& choice);
    [[nodiscard]] std::size_t size() const { return endpoints_.size(); }

    // By Visit.
    [[nodiscard]] bool counts_visits() const { return policy_->counts_visits(); }
    void visit_ended(Endpoint& endpoint, Duration took) { policy_->visit_ended(endpoint, took); }
    [[nodiscard]] Time now() const { return reactor_.now(); }

private:
    ~Pool() override { retire(); }
    void replace_endpoints(std::span<const table::Endpoint> all);

    Reactor& reactor_;
    std::shared_ptr<IdleConnections> idle_;
    std::span<const MakePolicy> policies_;
    std::unique_ptr<BalancePolicy> policy_;  ///< null until update()
    std::shared_ptr<const table::Backend>
        backend_;                           ///< so that its address is no other's meanwhile
    std::vector<Ref<Endpoint>> endpoints_;  ///< sorted by address, none twice
};

class Pools {
public:
    /// @param policies  by table::Balance; outlive this
    explicit Pools(Reactor& reactor, std::span<const MakePolicy> policies = kPolicies);

    /// The pool of a backend, in the version of the table in force, whichever version a request that
    /// pins an older table has at hand.
    Ref<Pool> of(const std::shared_ptr<const table::Backend>& backend);
    /// A new table is in force: its backends' versions and its limits are. Pools of backends that it does
    /// not have are forgotten. Costs what has changed.
    void follow(std::shared_ptr<const table::RoutingTable> table);
    /// The addresses of an external host's name, as resolve::Follower tells of them: sorted, perhaps none; null
    /// where they are no longer known.
    void learn(const std::string& name, std::shared_ptr<const std::vector<IpAddress>> addresses);
    /// Closes kept connections whose time is over.
    void sweep() { idle_->sweep(); }

    [[nodiscard]] std::size_t idle_connections() const { return idle_->size(); }
    [[nodiscard]] std::size_t size() const { return pools_.size(); }

private:
    Ref<Pool> look_up(const std::shared_ptr<const table::Backend>& backend);
    void update(Pool& pool, const std::shared_ptr<const table::Backend>& backend);

    /// Pools by their backend's present version, which lies at no other's address while it is in force:
    /// spares most requests the look at the name.
    static constexpr std::size_t kRecent = 64;
    [[nodiscard]] Ref<Pool>& recent_of(const table::Backend* backend);

    Reactor& reactor_;
    std::shared_ptr<IdleConnections> idle_;
    std::span<const MakePolicy> policies_;
    std::array<Ref<Pool>, kRecent> recent_;
    std::shared_ptr<const table::RoutingTable> in_force_;
    std::unordered_map<std::string, Ref<Pool>, TextHash, std::equal_to<>> pools_;
    std::unordered_map<std::string, std::shared_ptr<const std::vector<IpAddress>>> names_;
};

}  // namespace breakwater::upstream
