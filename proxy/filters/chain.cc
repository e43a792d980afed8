#include "proxy/filters/chain.h"

#include "proxy/filters/body_size.h"
#include "proxy/filters/client_certificate.h"
#include "proxy/filters/grpc_web.h"
#include "proxy/filters/hsts.h"
#include "proxy/filters/https_redirect.h"
#include "proxy/filters/misdirected.h"
#include "proxy/filters/ready_endpoint.h"
#include "proxy/filters/redirect.h"

namespace breakwater::filters {

std::vector<std::shared_ptr<const exchange::Filter>> make_chain(const table::Host& host,
                                                                const table::Location& location,
                                                                const table::Backend* backend) {
    const table::Policies& policies = location.policies;
    std::vector<std::shared_ptr<const exchange::Filter>> chain;
    const auto add = [&]<class F>(std::shared_ptr<F> filter) {
        chain.push_back(std::move(filter));
    };

    // Outermost, so that every answer over https carries it, refusals too.
    if (policies.hsts.enabled) add(std::make_shared<HstsFilter>(policies.hsts));
    // A connection for another host: nothing of this one is told to it.
    if (host.certificate) add(std::make_shared<MisdirectedFilter>(host.certificate));
    // Who it is comes before all that a host answers, redirects too, as ingress-nginx does.
    const table::ClientCertificatePolicy& client = host.policies.client_certificate;
    if (client.authorities || client.unusable) {
        add(std::make_shared<ClientCertificateFilter>(client));
    }
    // A browser told 421 asks again on a connection of its own, so those above are left as they are; what
    // all others below say in gRPC has to reach the client in the form that it can read.
    const bool grpc_web = policies.grpc_web.enabled && policies.backend_protocol.speaks_grpc();
    if (grpc_web) add(std::make_shared<GrpcWebFilter>());
    // What the Ingress says for all of its requests comes before what would judge a single one...
    if (!policies.redirect.url.empty()) add(std::make_shared<RedirectFilter>(policies.redirect));
    // ...so a redirect is sent over plain http as it stands, without a detour over https.
    if (policies.https_redirect.enabled)
        add(std::make_shared<HttpsRedirectFilter>(policies.https_redirect));
    // A Service without endpoints is 503 for everybody, before limits and credentials are looked at.
    if (location.origin.service.empty()) {
        add(std::make_shared<ReadyEndpointFilter>(Err::no_route));
    } else if (!backend || backend->empty()) {
        add(std::make_shared<ReadyEndpointFilter>(Err::no_endpoint));
    }
    // Last of those that refuse: it looks at the body, and everything above needs the head alone.
    if (policies.body_size.max_bytes > 0) add(std::make_shared<BodySizeFilter>(policies.body_size));
    // Behind the limit, which counts what the client sends.
    if (grpc_web) add(std::make_shared<GrpcWebTextFilter>());
    return chain;
}

}  // namespace breakwater::filters
