#include "proxy/serve/transports.h"

#include <string_view>

#include "proxy/base/log.h"
#include "proxy/table/same.h"
#include "proxy/tls/client_context.h"

namespace breakwater::serve {

using exchange::PodProtocol;
using exchange::Transport;
using exchange::TransportPtr;
using table::BackendProtocol;

namespace {

/// nginx speaks of no protocol to a pod of HTTP/1.1 either.
std::string_view alpn(PodProtocol protocol) { return protocol == PodProtocol::http2 ? "h2" : ""; }

TransportPtr make(PodProtocol protocol, const table::BackendTls* tls) {
    auto made = std::make_shared<Transport>(Transport{protocol, false, nullptr});
    if (!tls) return made;
    made->secure = true;
    auto context = tls::ClientContext::make(*tls, alpn(protocol));
    if (context) {
        made->tls = std::move(*context);
    } else {
        log::error("TLS to pods cannot be used",
                   {{"secret", tls->secret}, {"error", context.error()}});
    }
    return made;
}

}  // namespace

TransportIndex::TransportIndex(const TransportIndex* before) {
    if (!before) return;
    for (const Entry& entry : before->entries_) {
        if (!entry.transport.expired()) entries_.push_back(entry);
    }
}

TransportPtr TransportIndex::find(PodProtocol protocol,
                                  const std::shared_ptr<const table::BackendTls>& tls) {
    for (const Entry& entry : entries_) {
        if (entry.protocol != protocol || !table::same(entry.tls, tls)) continue;
        if (TransportPtr known = entry.transport.lock()) return known;
    }
    TransportPtr made = make(protocol, tls.get());
    entries_.push_back({protocol, tls, made});
    return made;
}

exchange::Transports TransportIndex::find(const table::BackendProtocolPolicy& said) {
    static const auto kDefault = std::make_shared<const table::BackendTls>();
    const auto& tls = said.tls ? said.tls : kDefault;
    const auto both = [this](PodProtocol protocol,
                             const std::shared_ptr<const table::BackendTls>& secured) {
        const TransportPtr found = find(protocol, secured);
        return exchange::Transports{found, found};
    };
    switch (said.protocol) {
        case BackendProtocol::http: return both(PodProtocol::http1, nullptr);
        case BackendProtocol::https: return both(PodProtocol::http1, tls);
        case BackendProtocol::grpc: return both(PodProtocol::http2, nullptr);
        case BackendProtocol::grpcs: return both(PodProtocol::http2, tls);
        case BackendProtocol::fcgi: return both(PodProtocol::fastcgi, nullptr);
        case BackendProtocol::auto_http:
            return {find(PodProtocol::http1, nullptr), find(PodProtocol::http1, tls)};
    }
    return {};
}

}  // namespace breakwater::serve
