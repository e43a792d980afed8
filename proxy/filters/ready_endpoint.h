#pragma once
// Whether there is anybody to ask: 404 where the location names no Service, 503 where its Service is
// missing or none of its endpoints is ready. Before limits and authentication, as ingress-nginx does.

#include "proxy/base/error.h"
#include "proxy/exchange/filter.h"

namespace breakwater::filters {

class ReadyEndpointFilter final : public exchange::Filter {
public:
    /// @param missing  no_route or no_endpoint; made only for locations that have nobody.
    explicit ReadyEndpointFilter(Err missing) : missing_(missing) {}
    [[nodiscard]] std::string_view name() const override { return "ready_endpoint"; }
    exchange::Verdict on_request(exchange::Exchange&) const override { return fail(missing_); }

private:
    Err missing_;
};

}  // namespace breakwater::filters
