// From http to https, as ingress-nginx does it: the host without its port, the URI as received, and of
// the whole request-URI one trailing slash less, unless it is to be preserved. What a trusted proxy in
// front says of scheme and host counts.

#include "proxy/exchange/exchange.h"
#include "proxy/filters/chain.h"

namespace breakwater::filters {
namespace {

class HttpsRedirectFilter final : public exchange::Filter {
public:
    explicit HttpsRedirectFilter(table::HttpsRedirectPolicy policy) : policy_(policy) {}
    [[nodiscard]] std::string_view name() const override { return "https_redirect"; }

    exchange::Verdict on_request(exchange::Exchange& ex) const override {
        const http::RequestHead& asked = ex.received;
        const std::string_view host = ex.asked_host();
        if (!ex.client_speaks_http() || host.empty() || !asked.path.starts_with('/')) return {};

        std::string_view path = asked.path;
        std::string_view query = asked.query;
        if (!policy_.preserve_trailing_slash) {
            std::string_view& last = asked.has_query ? query : path;
            if (last.ends_with('/')) last.remove_suffix(1);
        }
        exchange::Reply& reply = ex.page(policy_.status);
        const std::string_view question = asked.has_query ? "?" : "";
        reply.head.fields.set_view("Location",
                                   ex.arena.concat("https://", host, path, question, query));
        return reply;
    }

private:
    table::HttpsRedirectPolicy policy_;
};

}  // namespace

FilterPtr make_https_redirect(const ChainParts& parts) {
    const table::HttpsRedirectPolicy& policy = parts.location.policies.https_redirect;
    return policy.enabled ? std::make_shared<HttpsRedirectFilter>(policy) : nullptr;
}

}  // namespace breakwater::filters
