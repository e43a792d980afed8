#include "proxy/filters/misdirected.h"

#include "proxy/exchange/exchange.h"

namespace breakwater::filters {

exchange::Verdict MisdirectedFilter::on_request(exchange::Exchange& ex) const {
    const exchange::ConnectionFacts& facts = ex.down.facts();
    const std::string_view host = ex.received.host;
    if (!facts.tls || facts.sni.empty() || facts.sni == host) return {};
    // Where the name in the hello has none of its own, the default one was shown, and whoever goes on
    // after that looks at no names: a health check, a load balancer with a name for all of us.
    const table::Certificate* shown = ex.table->routes().host_of(facts.sni).certificate.get();
    if (!shown || shown->fingerprint == own_->fingerprint) return {};
    if (table::covers(shown->dns_names, host)) return {};
    return fail(Err::misdirected, "the certificate shown is not for this host");
}

}  // namespace breakwater::filters
