// `permanent-redirect` and `temporal-redirect`: every request of the location is answered with the URL
// as it stands, before limits, authentication and the redirect to https.

#include "proxy/exchange/exchange.h"
#include "proxy/filters/chain.h"

namespace breakwater::filters {
namespace {

class RedirectFilter final : public exchange::Filter {
public:
    explicit RedirectFilter(table::RedirectPolicy policy) : policy_(std::move(policy)) {}
    [[nodiscard]] std::string_view name() const override { return "redirect"; }

    exchange::Verdict on_request(exchange::Exchange& ex) const override {
        exchange::Reply& reply = ex.page(policy_.status);
        reply.head.fields.set_view("Location", policy_.url);
        return reply;
    }

private:
    table::RedirectPolicy policy_;
};

}  // namespace

FilterPtr make_redirect(const ChainParts& parts) {
    const table::RedirectPolicy& policy = parts.location.policies.redirect;
    return policy.url.empty() ? nullptr : std::make_shared<RedirectFilter>(policy);
}

}  // namespace breakwater::filters
