#include "proxy/tls/cipher_index.h"

#include "proxy/base/log.h"

namespace breakwater::tls {

CipherIndex::CipherIndex(const table::RoutingTable& table, const CipherIndex* before) {
    chosen_ = table::ByHost<Choice>::of(table, [&](const table::Host& host) {
        return Choice{load(host, before), host.policies.ciphers.prefer_server};
    });
}

CipherList::Shared CipherIndex::load(const table::Host& host, const CipherIndex* before) {
    const std::string& list = host.policies.ciphers.list;
    if (list.empty()) return nullptr;
    return lists_.find(list, before ? &before->lists_ : nullptr, [&] {
        CipherList::Shared made = CipherList::load(list);
        if (!made)
            log::error("cipher suites cannot be used", {{"host", host.name}, {"list", list}});
        return made;
    });
}

}  // namespace breakwater::tls
