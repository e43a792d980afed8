#include "proxy/filters/hsts.h"

#include "proxy/exchange/exchange.h"

namespace breakwater::filters {

HstsFilter::HstsFilter(const table::HstsPolicy& policy)
    : value_("max-age=" + std::to_string(policy.max_age.count())) {
    if (policy.include_subdomains) value_ += "; includeSubDomains";
    if (policy.preload) value_ += "; preload";
}

exchange::Verdict HstsFilter::on_response(exchange::Exchange& ex,
                                          exchange::Response& response) const {
    if (ex.down.facts().tls) {
        response.head->fields.set_view("Strict-Transport-Security", value_);
    }
    return {};
}

}  // namespace breakwater::filters
