#pragma once
// One after the other. Workers begin at different places, so that a burst of first requests over all
// workers does not meet in one pod.

#include <cstddef>

#include "proxy/upstream/balance/policy.h"

namespace breakwater::upstream {

class RoundRobin final : public BalancePolicy {
public:
    explicit RoundRobin(std::size_t first) : next_(first) {}
    Endpoint* pick(std::span<const Ref<Endpoint>> endpoints,
                   const exchange::AttemptRecord& tried) override;

private:
    std::size_t next_;
};

}  // namespace breakwater::upstream
