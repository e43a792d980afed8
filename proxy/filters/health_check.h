#pragma once
// `/healthz` on the traffic ports, for hosts that nothing matches: what load balancers in front of the
// cluster probe.

#include "proxy/exchange/filter.h"

namespace breakwater::filters {

class HealthCheckFilter final : public exchange::Filter {
public:
    [[nodiscard]] std::string_view name() const override { return "health_check"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;
};

}  // namespace breakwater::filters
