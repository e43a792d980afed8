#pragma once
// `permanent-redirect` and `temporal-redirect`: every request of the location is answered with the URL
// as it stands, before limits, authentication and the redirect to https.

#include "proxy/exchange/filter.h"
#include "proxy/table/policy.h"

namespace breakwater::filters {

class RedirectFilter final : public exchange::Filter {
public:
    /// @param policy  with a URL.
    explicit RedirectFilter(table::RedirectPolicy policy) : policy_(std::move(policy)) {}
    [[nodiscard]] std::string_view name() const override { return "redirect"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;

private:
    table::RedirectPolicy policy_;
};

}  // namespace breakwater::filters
