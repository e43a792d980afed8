// 421 (RFC 9110 section 15.5.20) for a request on a connection whose certificate is not for its host,
// where the host has one: docs/decisions/client_certificates.md.

#include "proxy/exchange/exchange.h"
#include "proxy/filters/chain.h"
#include "proxy/table/certificate.h"

namespace breakwater::filters {
namespace {

class MisdirectedFilter final : public exchange::Filter {
public:
    /// @param own  the host's certificate, not null
    explicit MisdirectedFilter(std::shared_ptr<const table::Certificate> own)
        : own_(std::move(own)) {}
    [[nodiscard]] std::string_view name() const override { return "misdirected"; }

    exchange::Verdict on_request(exchange::Exchange& ex) const override {
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

private:
    std::shared_ptr<const table::Certificate> own_;
};

}  // namespace

FilterPtr make_misdirected(const ChainParts& parts) {
    const auto& own = parts.host.certificate;
    return own ? std::make_shared<MisdirectedFilter>(own) : nullptr;
}

}  // namespace breakwater::filters
