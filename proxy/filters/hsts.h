#pragma once
// Strict-Transport-Security (RFC 6797) on every answer over https, error pages too; a pod's own field
// is replaced. What counts is the scheme of our own listener.

#include <string>

#include "proxy/exchange/filter.h"
#include "proxy/table/policy.h"

namespace breakwater::filters {

class HstsFilter final : public exchange::Filter {
public:
    /// @param policy  enabled.
    explicit HstsFilter(const table::HstsPolicy& policy);
    [[nodiscard]] std::string_view name() const override { return "hsts"; }
    exchange::Verdict on_response(exchange::Exchange& ex,
                                  exchange::Response& response) const override;

private:
    std::string value_;
};

}  // namespace breakwater::filters
