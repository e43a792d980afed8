#include "controller/translate/client_certificates.h"

#include <algorithm>
#include <utility>

#include "controller/translate/annotations/read.h"
#include "controller/translate/missing_secret.h"

namespace breakwater::translate {
namespace {

constexpr std::string_view kDenied =
    "; its hosts answer 403, and where an older Ingress asks for certificates its paths 503";

std::string field_of(const Options& options) {
    return annotation_field(options.annotations_prefix, "auth-tls-secret");
}

bool says_something(const Chosen& chosen) {
    return chosen.client_certificate.authorities || chosen.client_certificate.unusable;
}

}  // namespace

void ClientAuthorities::find(Chosen& chosen) {
    const ClientCertificateWishes& wishes = chosen.says.client_certificate;
    if (wishes.secret.empty()) {
        report_without_secret(*chosen.object);
        return;
    }
    const Found found = find(*chosen.object, wishes.secret);
    if (!found) {
        report_.error(ref(*chosen.object), field_of(options_),
                      found.error() + std::string(kDenied));
        chosen.denied = true;
        chosen.client_certificate.unusable = true;
        return;
    }
    if (!*found) {
        report_.warn(ref(*chosen.object), field_of(options_),
                     "the Secret " + in_quotes(wishes.secret) +
                         " has no ca.crt; no client certificate is asked for");
        return;
    }
    chosen.client_certificate = wishes.policy;
    chosen.client_certificate.authorities = *found;
}

ClientAuthorities::Found ClientAuthorities::find(const kube::Ingress& ingress,
                                                 const std::string& name) {
    const auto key = kube::Key::from(name);
    if (!key) return std::unexpected(in_quotes(name) + " is not such as \"namespace/name\"");
    if (key->namespace_name != ingress.meta.namespace_name) {
        return std::unexpected("the Secret " + in_quotes(name) + " is in another namespace");
    }
    const auto secret = lookup_.secret(*key);
    if (!secret) return std::unexpected(missing_secret(in_quotes(name)));
    return known_.find(
        secret, [this](const kube::Secret& of, const Pointer& before) { return read(of, before); });
}

ClientAuthorities::Found ClientAuthorities::read(const kube::Secret& secret,
                                                 const Pointer& before) const {
    const std::string name = secret.meta.key().to_string();
    table::ClientAuthorities made{.name = name,
                                  .ca_pem = std::string(secret.text_of("ca.crt")),
                                  .crl_pem = std::string(secret.text_of("ca.crl")),
                                  .fingerprint = {}};
    if (made.ca_pem.empty()) return nullptr;
    if (before && before->ca_pem == made.ca_pem && before->crl_pem == made.crl_pem) {
        return before;  // checked then, and the check is a pure function
    }
    auto fingerprint = checks_.client_authorities(made.ca_pem, made.crl_pem);
    if (!fingerprint) {
        return std::unexpected("the Secret " + name + ": " + fingerprint.error());
    }
    made.fingerprint = std::move(*fingerprint);
    return std::make_shared<const table::ClientAuthorities>(std::move(made));
}

void ClientAuthorities::report_without_secret(const kube::Ingress& ingress) {
    const auto first = first_annotation(ingress, options_.annotations_prefix, "auth-tls-");
    if (first.empty()) return;
    report_.warn(ref(ingress), annotation_field(first),
                 "says nothing without auth-tls-secret; no client certificate is asked for");
}

table::ClientCertificatePolicy settle_client_certificates(
    const std::string& host, const std::vector<const Chosen*>& ingresses, const Options& options,
    Report& report) {
    const auto first = std::ranges::find_if(
        ingresses, [](const Chosen* chosen) { return says_something(*chosen); });
    if (first == ingresses.end()) return {};
    const Chosen& winner = **first;
    for (auto other = first + 1; other != ingresses.end(); ++other) {
        if (!(*other)->client_certificate.authorities) continue;  // or it has its finding already
        report.warn(ref(*(*other)->object), field_of(options),
                    "the Ingress " + winner.object->meta.key().to_string() +
                        " goes first and decides about client certificates for " +
                        (host.empty() ? "unknown hosts" : host));
    }
    return winner.client_certificate;
}

}  // namespace breakwater::translate
