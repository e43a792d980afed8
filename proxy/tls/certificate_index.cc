#include "proxy/tls/certificate_index.h"

#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/log.h"

namespace breakwater::tls {
namespace {

bool same_pair(const table::Certificate& a, const table::Certificate& b) {
    return &a == &b || (a.chain_pem == b.chain_pem && a.key_pem == b.key_pem);
}

}  // namespace

CertificateIndex::CertificateIndex(const table::RoutingTable& table, Shared self_made,
                                   const CertificateIndex* before)
    : default_{std::move(self_made), nullptr} {
    CHECK(default_.certificate != nullptr);
    if (Shared named = load(table.default_certificate, before)) {
        default_.certificate = std::move(named);
    }
    std::vector<std::string_view> names;
    for (const auto& host : table.hosts) {
        Shared certificate = load(host->certificate, before);
        Shared rsa = load(host->rsa_certificate, before);
        if (!certificate) certificate = std::exchange(rsa, nullptr);
        if (!certificate) continue;
        names.push_back(host->name);
        by_position_.push_back({std::move(certificate), std::move(rsa)});
    }
    names_ = table::HostMatcher(names);
}

bool CertificateIndex::Shown::present_on(SSL* handshake) const {
    return certificate->present_on(handshake) && (!rsa || rsa->present_on(handshake));
}

const CertificateIndex::Shown& CertificateIndex::find(std::string_view name) const {
    const std::size_t position = names_.find(name);
    return position == table::HostMatcher::kNone ? default_ : by_position_[position];
}

CertificateIndex::Shared CertificateIndex::known(const Source& source) const {
    const auto [first, last] = loaded_.equal_range(source->fingerprint);
    for (auto at = first; at != last; ++at) {
        if (same_pair(*at->second.source, *source)) return at->second.certificate;
    }
    return nullptr;
}

CertificateIndex::Shared CertificateIndex::load(const Source& source,
                                                const CertificateIndex* before) {
    if (!source) return nullptr;
    if (Shared here = known(source)) return here;
    Shared certificate = before ? before->known(source) : nullptr;
    if (!certificate) {
        auto loaded = ServerCertificate::load(source->chain_pem, source->key_pem);
        if (!loaded) {
            log::error("certificate cannot be served",
                       {{"certificate", source->name}, {"reason", loaded.error()}});
            return nullptr;
        }
        certificate = std::move(*loaded);
    }
    loaded_.emplace(source->fingerprint, Loaded{source, certificate});
    return certificate;
}

}  // namespace breakwater::tls
