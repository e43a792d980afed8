// Strict-Transport-Security (RFC 6797) on every answer over https, error pages too; a pod's own field
// is replaced. What counts is the scheme of our own listener.

#include <string>

#include "proxy/exchange/exchange.h"
#include "proxy/filters/chain.h"

namespace breakwater::filters {
namespace {

class HstsFilter final : public exchange::Filter {
public:
    explicit HstsFilter(const table::HstsPolicy& policy)
        : value_("max-age=" + std::to_string(policy.max_age.count())) {
        if (policy.include_subdomains) value_ += "; includeSubDomains";
        if (policy.preload) value_ += "; preload";
    }
    [[nodiscard]] std::string_view name() const override { return "hsts"; }

    exchange::Verdict on_response(exchange::Exchange& ex,
                                  exchange::Response& response) const override {
        if (ex.down.facts().tls) {
            response.head->fields.set_view("Strict-Transport-Security", value_);
        }
        return {};
    }

private:
    std::string value_;
};

}  // namespace

FilterPtr make_hsts(const ChainParts& parts) {
    const table::HstsPolicy& policy = parts.location.policies.hsts;
    return policy.enabled ? std::make_shared<HstsFilter>(policy) : nullptr;
}

}  // namespace breakwater::filters
