#pragma once
// A certificate as the table has it, made on the spot.

#include <memory>
#include <string>
#include <vector>

#include "proxy/base/check.h"
#include "proxy/base/crypto/certificate.h"
#include "proxy/table/routing_table.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::test {

inline std::shared_ptr<const table::Certificate> table_certificate(const std::string& name,
                                                                   const PemPair& pair) {
    const auto facts = crypto::inspect_certificate(pair.chain_pem, pair.key_pem);
    CHECK(facts.has_value());
    return std::make_shared<table::Certificate>(
        table::Certificate{name, pair.chain_pem, pair.key_pem, facts->fingerprint, facts->dns_names,
                           facts->not_after, facts->key_type});
}
/// @param key  of CertificateSpec
inline std::shared_ptr<const table::Certificate> certificate_for_all(
    const std::vector<std::string>& hosts, const std::string& key = "P-256") {
    CertificateSpec spec;
    for (const std::string& host : hosts) spec.alternatives.push_back("DNS:" + host);
    spec.key = key;
    return table_certificate(hosts.front(), make_certificate(spec));
}
inline std::shared_ptr<const table::Certificate> certificate_for(const std::string& host,
                                                                 const std::string& key = "P-256") {
    return certificate_for_all({host}, key);
}

}  // namespace breakwater::test
