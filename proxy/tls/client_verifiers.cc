#include "proxy/tls/client_verifiers.h"

#include <string>
#include <utility>

#include "proxy/base/log.h"

namespace breakwater::tls {

std::shared_ptr<const ClientVerifiers> ClientVerifiers::make(
    const table::RoutingTable& table, std::shared_ptr<const ClientVerifiers> before) {
    auto made = std::make_shared<ClientVerifiers>();
    made->asked_ = table::ByHost<ClientVerifier::Shared>::of(
        table, [&](const table::Host& host) { return made->load(host, before.get()); });
    if (before && before->asked_ == made->asked_) return before;
    return made;
}

ClientVerifier::Shared ClientVerifiers::load(const table::Host& host,
                                             const ClientVerifiers* before) {
    const table::ClientCertificatePolicy& policy = host.policies.client_certificate;
    const std::string key = table::handshake_key(policy);
    if (key.empty()) return nullptr;
    return by_key_.find(key, before ? &before->by_key_ : nullptr, [&] -> ClientVerifier::Shared {
        auto loaded = ClientVerifier::load(policy);
        if (loaded) return std::move(*loaded);
        // Whoever built the table has refused it already. The host answers nobody (its filter).
        log::error("client certificates cannot be verified",
                   {{"host", host.name}, {"reason", loaded.error()}});
        return nullptr;
    });
}

}  // namespace breakwater::tls
