#include "proxy/tls/client_verifiers.h"

#include <algorithm>
#include <utility>

#include "proxy/base/log.h"

namespace breakwater::tls {
namespace {

bool asks(const std::shared_ptr<const table::Host>& host) {
    return !table::handshake_key(host->policies.client_certificate).empty();
}

}  // namespace

std::shared_ptr<const ClientVerifiers> ClientVerifiers::make(
    const table::RoutingTable& table, std::shared_ptr<const ClientVerifiers> before) {
    auto made = std::make_shared<ClientVerifiers>();
    if (std::ranges::any_of(table.hosts, asks) || asks(table.catch_all)) {
        for (const auto& host : table.hosts) {
            made->hosts_.push_back(host->name);
            made->by_position_.push_back(made->load(*host, before.get()));
        }
    }
    made->catch_all_ = made->load(*table.catch_all, before.get());
    if (before && before->hosts_ == made->hosts_ && before->by_position_ == made->by_position_ &&
        before->catch_all_ == made->catch_all_) {
        return before;
    }
    made->names_ = table::HostMatcher({made->hosts_.begin(), made->hosts_.end()});
    return made;
}

const ClientVerifier::Shared& ClientVerifiers::find(std::string_view name) const {
    const std::size_t position = names_.find(name);
    return position == table::HostMatcher::kNone ? catch_all_ : by_position_[position];
}

ClientVerifier::Shared ClientVerifiers::load(const table::Host& host,
                                             const ClientVerifiers* before) {
    const table::ClientCertificatePolicy& policy = host.policies.client_certificate;
    const std::string key = table::handshake_key(policy);
    if (key.empty()) return nullptr;
    ClientVerifier::Shared& known = by_key_[key];
    if (known) return known;
    if (before) {
        const auto old = before->by_key_.find(key);
        if (old != before->by_key_.end()) known = old->second;
    }
    if (known) return known;
    auto loaded = ClientVerifier::load(policy);
    if (loaded) {
        known = std::move(*loaded);
    } else {
        // Whoever built the table has refused it already. The host answers nobody (its filter).
        log::error("client certificates cannot be verified",
                   {{"host", host.name}, {"reason", loaded.error()}});
    }
    return known;
}

}  // namespace breakwater::tls
