#include "proxy/filters/https_redirect.h"

#include "proxy/exchange/exchange.h"

namespace breakwater::filters {

exchange::Verdict HttpsRedirectFilter::on_request(exchange::Exchange& ex) const {
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

}  // namespace breakwater::filters
