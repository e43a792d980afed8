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
                                   const CertificateIndex* before) {
    CHECK(self_made != nullptr);
    Shared named = load(table.default_certificate, before);
    std::vector<std::string_view> names;
    std::vector<Shown> shown;
    for (const auto& host : table.hosts) {
        Shared certificate = load(host->certificate, before);
        Shared rsa = load(host->rsa_certificate, before);
        if (!certificate) certificate = std::exchange(rsa, nullptr);
        if (!certificate) continue;
        names.push_back(host->name);
        shown.push_back({std::move(certificate), std::move(rsa)});
    }
    shown_ = {names, std::move(shown), {named ? std::move(named) : std::move(self_made), nullptr}};
}

bool CertificateIndex::Shown::present_on(SSL* handshake) const {
    return certificate->present_on(handshake) && (!rsa || rsa->present_on(handshake));
}

std::vector<CertificateIndex::Loaded> CertificateIndex::all() const {
    std::vector<Loaded> all;
    all.reserve(loaded_.size());
    for (const auto& [fingerprint, loaded] : loaded_) all.push_back(loaded);
    return all;
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
