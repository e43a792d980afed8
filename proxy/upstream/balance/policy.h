#pragma once
// Which endpoint the next request goes to. A policy is a file of this folder, and two lines here; its name is one of
// table::Balance. One object a pool, used by one worker.

#include <iterator>
#include <memory>
#include <span>

#include "proxy/base/clock.h"
#include "proxy/base/ref.h"
#include "proxy/exchange/fetch.h"
#include "proxy/table/backend.h"
#include "proxy/upstream/endpoint.h"

namespace breakwater::upstream {

/// What a pick goes by.
struct Choice {
    const exchange::AttemptRecord& tried;
    /// The request. Null: a connection or a flow of datagrams that is passed on as bytes.
    const exchange::Fetch* fetch = nullptr;
};

class BalancePolicy {
public:
    virtual ~BalancePolicy() = default;
    /// Before the first pick, and whenever they have changed.
    /// @param endpoints  ready ones, sorted by address; may be empty. Good until the next call.
    virtual void follow(std::span<const Ref<Endpoint>> /*endpoints*/) {}
    /// @param endpoints  those of follow()
    /// @return one that was not tried, or null where every one has been
    virtual Endpoint* pick(std::span<const Ref<Endpoint>> endpoints, const Choice& choice) = 0;

    /// Whether Endpoint::visits() is counted for it, and visit_ended() called: it costs some.
    [[nodiscard]] virtual bool counts_visits() const { return false; }
    /// @param took  from the pick to the end of the answer, or of what failed
    virtual void visit_ended(Endpoint& /*endpoint*/, Duration /*took*/) {}
};

/// @param first  where to begin: another for each worker, so that a burst of first requests over all of them does not
///               meet in one pod
using MakePolicy = std::unique_ptr<BalancePolicy> (*)(std::size_t first);

std::unique_ptr<BalancePolicy> make_round_robin(std::size_t first);

/// By table::Balance.
inline constexpr MakePolicy kPolicies[] = {make_round_robin};
static_assert(std::size(kPolicies) == std::size(table::kBalanceNames));

}  // namespace breakwater::upstream
