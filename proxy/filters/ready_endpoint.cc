// Whether there is anybody to ask: 404 where the location names no Service, 503 where its Service is
// missing or none of its endpoints is ready. Before limits and authentication, as ingress-nginx does.

#include "proxy/base/error.h"
#include "proxy/filters/chain.h"

namespace breakwater::filters {
namespace {

class ReadyEndpointFilter final : public exchange::Filter {
public:
    /// @param missing  no_route or no_endpoint
    explicit ReadyEndpointFilter(Err missing) : missing_(missing) {}
    [[nodiscard]] std::string_view name() const override { return "ready_endpoint"; }
    exchange::Verdict on_request(exchange::Exchange&) const override { return fail(missing_); }

private:
    Err missing_;
};

}  // namespace

FilterPtr make_ready_endpoint(const ChainParts& parts) {
    const auto refuse = [](Err why) { return std::make_shared<ReadyEndpointFilter>(why); };
    if (parts.location.origin.service.empty()) return refuse(Err::no_route);
    if (!parts.backend || parts.backend->empty()) return refuse(Err::no_endpoint);
    return nullptr;
}

}  // namespace breakwater::filters
