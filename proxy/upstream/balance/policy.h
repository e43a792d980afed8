#pragma once
// Which endpoint the next request goes to. One object a pool, used by one worker.

#include <span>

#include "proxy/base/ref.h"
#include "proxy/exchange/fetch.h"
#include "proxy/upstream/endpoint.h"

namespace breakwater::upstream {

class BalancePolicy {
public:
    virtual ~BalancePolicy() = default;
    /// @param endpoints  ready ones, sorted by address; may be empty.
    /// @return one that `tried` does not hold, or null where every one has been tried.
    virtual Endpoint* pick(std::span<const Ref<Endpoint>> endpoints,
                           const exchange::AttemptRecord& tried) = 0;
};

}  // namespace breakwater::upstream
