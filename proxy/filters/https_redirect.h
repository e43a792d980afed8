#pragma once
// From http to https, as ingress-nginx does it: the host without its port, the URI as received, and of
// the whole request-URI one trailing slash less, unless it is to be preserved. What a trusted proxy in
// front says of scheme and host counts.

#include "proxy/exchange/filter.h"
#include "proxy/table/policy.h"

namespace breakwater::filters {

class HttpsRedirectFilter final : public exchange::Filter {
public:
    /// @param policy  enabled.
    explicit HttpsRedirectFilter(table::HttpsRedirectPolicy policy) : policy_(policy) {}
    [[nodiscard]] std::string_view name() const override { return "https_redirect"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;

private:
    table::HttpsRedirectPolicy policy_;
};

}  // namespace breakwater::filters
