#pragma once
// The filters of a location, and THE order. A new one is a file of this folder and two lines here.
//
// Pure; any thread.

#include <memory>
#include <vector>

#include "proxy/exchange/filter.h"
#include "proxy/table/routing_table.h"

namespace breakwater::filters {

/// What a filter is made for, and may read of it. A filter keeps what it needs: none of this outlives the call.
struct ChainParts {
    const table::Host& host;
    const table::Location& location;  ///< of the host
    const table::Backend* backend;    ///< of the location; null where there is none
};

using FilterPtr = std::shared_ptr<const exchange::Filter>;
/// @return null where the location has no use for it
using MakeFilter = FilterPtr (*)(const ChainParts& parts);

FilterPtr make_body_size(const ChainParts& parts);
FilterPtr make_client_certificate(const ChainParts& parts);
FilterPtr make_grpc_web(const ChainParts& parts);
FilterPtr make_grpc_web_text(const ChainParts& parts);
FilterPtr make_hsts(const ChainParts& parts);
FilterPtr make_https_redirect(const ChainParts& parts);
FilterPtr make_misdirected(const ChainParts& parts);
FilterPtr make_ready_endpoint(const ChainParts& parts);
FilterPtr make_redirect(const ChainParts& parts);

/// The first sees a request first and its answer last.
inline constexpr MakeFilter kOrder[] = {
    // Outermost, so that every answer over https carries it, refusals too.
    make_hsts,
    // A connection for another host: nothing of this one is told to it.
    make_misdirected,
    // Who it is comes before all that a host answers, redirects too, as ingress-nginx does.
    make_client_certificate,
    // A browser told 421 asks again on a connection of its own, so those above are left as they are; what all others
    // below say in gRPC has to reach the client in the form that it can read.
    make_grpc_web,
    // What the Ingress says for all of its requests comes before what would judge a single one...
    make_redirect,
    // ...so a redirect is sent over plain http as it stands, without a detour over https.
    make_https_redirect,
    // A Service without endpoints is 503 for everybody, before limits and credentials are looked at.
    make_ready_endpoint,
    // Last of those that refuse: it looks at the body, and everything above needs the head alone.
    make_body_size,
    // Behind the limit, which counts what the client sends.
    make_grpc_web_text,
};

/// Those of kOrder that the location has a use for.
[[nodiscard]] std::vector<FilterPtr> make_chain(const ChainParts& parts);

}  // namespace breakwater::filters
