#include "controller/translate/tls.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "controller/translate/missing_secret.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

constexpr std::chrono::days kExpiresSoon{14};
constexpr std::string_view kDefaultServed = "; the default certificate is served";

std::string field_of(std::size_t entry) {
    return "spec.tls[" + std::to_string(entry) + "].secretName";
}

bool names(const kube::Ingress::Tls& entry, const std::string& host) {
    return std::ranges::any_of(
        entry.hosts, [&](const std::string& name) { return equals_ignoring_case(name, host); });
}

bool is_rsa(const table::Certificate& certificate) { return certificate.key_type == "RSA"; }

std::string day_of(WallTime time) {
    return fmt::format("{:%F}", std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

std::expected<CertificatePtr, std::string> Certificates::find(const kube::Key& key) {
    const auto secret = lookup_.secret(key);
    if (!secret) return std::unexpected(missing_secret(key.to_string()));
    const auto& found = known_.find(
        secret,
        [this](const kube::Secret& of, const CertificatePtr& before) { return read(of, before); });
    if (found) report_expiry(key, **found);
    return found;
}

std::expected<CertificatePtr, std::string> Certificates::read(const kube::Secret& secret,
                                                              const CertificatePtr& before) const {
    const std::string name = secret.meta.key().to_string();
    const auto chain = secret.data.find("tls.crt");
    const auto private_key = secret.data.find("tls.key");
    for (const auto& [found, part] :
         {std::pair(chain, "tls.crt"), std::pair(private_key, "tls.key")}) {
        if (found == secret.data.end() || found->second.empty()) {
            return std::unexpected("the Secret " + name + " has no " + part);
        }
    }
    if (before && before->chain_pem == chain->second && before->key_pem == private_key->second) {
        return before;  // checked then, and the check is a pure function
    }
    auto facts = checks_.certificate(chain->second, private_key->second);
    if (!facts) return std::unexpected("the Secret " + name + ": " + facts.error());
    return std::make_shared<const table::Certificate>(
        table::Certificate{.name = name,
                           .chain_pem = chain->second,
                           .key_pem = private_key->second,
                           .fingerprint = std::move(facts->fingerprint),
                           .dns_names = std::move(facts->dns_names),
                           .not_after = facts->not_after,
                           .key_type = std::move(facts->key_type)});
}

void Certificates::report_expiry(const kube::Key& key, const table::Certificate& certificate) {
    const WallTime expires = certificate.not_after;
    const WallTime warned = expires - kExpiresSoon;
    if (now_ < warned) {
        good_until_ = std::min(good_until_, warned);
        return;
    }
    const bool expired = expires <= now_;
    if (!expired) good_until_ = std::min(good_until_, expires);
    report_.warn(ref(kube::Kind::secret, key), "data[tls.crt]",
                 fmt::format("the certificate {} on {}; it is served",
                             expired ? "expired" : "expires", day_of(expires)));
}

HostTls TlsSections::find(const std::string& host, const std::vector<const Chosen*>& ingresses) {
    const auto first = std::ranges::find_if(
        ingresses, [](const Chosen* chosen) { return !chosen->object->tls.empty(); });
    if (first == ingresses.end()) return {};
    return find_in(*(*first)->object, host);
}

HostTls TlsSections::find_in(const kube::Ingress& ingress, const std::string& host) {
    std::vector<std::size_t> naming;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < ingress.tls.size(); ++i) {
        (names(ingress.tls[i], host) ? naming : others).push_back(i);
    }
    if (!naming.empty()) {
        return pair_up(ingress, naming, take(ingress, naming.front(), host), host);
    }
    const auto found = std::ranges::find_if(
        others, [&](std::size_t entry) { return covering(ingress, entry, host) != nullptr; });
    if (found == others.end()) return {.has_tls = true, .certificate = nullptr};
    used_[&ingress].insert(*found);
    return pair_up(ingress, others, covering(ingress, *found, host), host);
}

/// @param first  what the host has of the entries; null: the default certificate, alone.
HostTls TlsSections::pair_up(const kube::Ingress& ingress, const std::vector<std::size_t>& entries,
                             CertificatePtr first, const std::string& host) {
    HostTls out{.has_tls = true, .certificate = std::move(first)};
    if (!out.certificate) return out;
    for (const std::size_t entry : entries) {
        CertificatePtr second = covering(ingress, entry, host);
        if (!second || is_rsa(*second) == is_rsa(*out.certificate)) continue;
        used_[&ingress].insert(entry);
        if (is_rsa(*out.certificate)) std::swap(out.certificate, second);
        out.rsa_certificate = std::move(second);
        break;
    }
    return out;
}

/// The entry's certificate, where there is one and it covers the host.
CertificatePtr TlsSections::covering(const kube::Ingress& ingress, std::size_t entry,
                                     const std::string& host) const {
    const std::string& secret = ingress.tls[entry].secret_name;
    if (secret.empty()) return nullptr;
    const auto certificate = certificates_.find({ingress.meta.namespace_name, secret});
    return certificate && table::covers((*certificate)->dns_names, host) ? *certificate : nullptr;
}

CertificatePtr TlsSections::take(const kube::Ingress& ingress, std::size_t entry,
                                 const std::string& host) {
    used_[&ingress].insert(entry);
    const std::string& secret = ingress.tls[entry].secret_name;
    if (secret.empty()) return nullptr;
    const auto certificate = certificates_.find({ingress.meta.namespace_name, secret});
    if (!certificate) {
        report_.error_elsewhere(ref(ingress), field_of(entry),
                                certificate.error() + std::string(kDefaultServed));
        return nullptr;
    }
    if (!table::covers((*certificate)->dns_names, host)) {
        report_.error_elsewhere(ref(ingress), field_of(entry),
                                "the certificate of the Secret " + (*certificate)->name +
                                    " does not cover " + host + std::string(kDefaultServed));
        return nullptr;
    }
    return *certificate;
}

void TlsSections::report_unused(const std::vector<Chosen>& all) {
    for (const Chosen& chosen : all) {
        const kube::Ingress& ingress = *chosen.object;
        for (std::size_t i = 0; i < ingress.tls.size(); ++i) {
            const std::string& secret = ingress.tls[i].secret_name;
            if (secret.empty() || used_[&ingress].contains(i)) continue;
            const auto certificate = certificates_.find({ingress.meta.namespace_name, secret});
            report_.warn(ref(ingress), field_of(i),
                         certificate
                             ? "no host takes its certificate from this entry"
                             : certificate.error() + "; no host takes a certificate from it");
        }
    }
}

}  // namespace breakwater::translate
