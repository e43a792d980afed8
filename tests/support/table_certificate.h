#pragma once
// A certificate as the table has it, self-signed and made on the spot.

#include <memory>
#include <string>

#include "proxy/base/check.h"
#include "proxy/base/crypto/certificate.h"
#include "proxy/table/routing_table.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::test {

/// @param key  of CertificateSpec
inline std::shared_ptr<const table::Certificate> certificate_for(const std::string& host,
                                                                 const std::string& key = "P-256") {
    const PemPair pair = make_certificate({.alternatives = {"DNS:" + host}, .key = key});
    const auto facts = crypto::inspect_certificate(pair.chain_pem, pair.key_pem);
    CHECK(facts.has_value());
    return std::make_shared<table::Certificate>(
        table::Certificate{host, pair.chain_pem, pair.key_pem, facts->fingerprint, facts->dns_names,
                           facts->not_after, facts->key_type});
}

}  // namespace breakwater::test
