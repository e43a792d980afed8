#include "controller/translate/backend_tls.h"

#include <algorithm>
#include <string>
#include <utility>

namespace breakwater::translate {
namespace {

using table::BackendTls;

std::string text_of(const kube::Secret& secret, const char* key) {
    const auto found = secret.data.find(key);
    return found == secret.data.end() ? std::string() : found->second;
}

kube::Key key_of(const std::string& namespace_and_name) {
    const std::size_t slash = namespace_and_name.find('/');
    return {namespace_and_name.substr(0, slash), namespace_and_name.substr(slash + 1)};
}

void collect(const table::Host& host, std::multimap<std::string, BackendTlsPtr>& into) {
    const auto add = [&](const table::Location& location) {
        const BackendTlsPtr& tls = location.policies.backend_protocol.tls;
        if (tls) into.emplace(tls->secret, tls);
    };
    for (const table::Location& location : host.locations) add(location);
    add(host.fallback);
}

}  // namespace

BackendTlsSettings::BackendTlsSettings(const Input& input, const table::RoutingTable* before,
                                       const Checks& checks, Report& report)
    : input_(input), checks_(checks), report_(report) {
    if (!before) return;
    for (const auto& host : before->hosts) collect(*host, before_);
    collect(*before->catch_all, before_);
}

void BackendTlsSettings::find(Chosen& chosen) {
    Found found = read(chosen);
    if (!found) chosen.denied = true;
    chosen.backend_tls = std::move(found).value_or(nullptr);
}

BackendTlsSettings::Found BackendTlsSettings::refuse(const Chosen& chosen, const std::string& why) {
    report_.error(ref(*chosen.object), "metadata.annotations[proxy-ssl-secret]",
                  why + "; its paths answer 503");
    return std::unexpected(Denied{});
}

BackendTlsPtr BackendTlsSettings::known(const BackendTls& wanted) const {
    const auto [begin, end] = before_.equal_range(wanted.secret);
    for (auto one = begin; one != end; ++one) {
        if (*one->second == wanted) return one->second;
    }
    return nullptr;
}

BackendTlsSettings::Found BackendTlsSettings::read(const Chosen& chosen) {
    BackendTls wanted = chosen.says.backend_tls.said;
    if (wanted.secret.empty()) {
        if (wanted != BackendTls{}) {
            report_.warn(ref(*chosen.object), "metadata.annotations[proxy-ssl-*]",
                         "without proxy-ssl-secret they do nothing, as with ingress-nginx");
        }
        return nullptr;
    }
    const kube::Key key = key_of(wanted.secret);
    if (key.namespace_name != chosen.object->meta.namespace_name) {
        return refuse(chosen, "the Secret " + wanted.secret + " is in another namespace");
    }
    const kube::Secret* secret = input_.objects.secrets.find(key);
    if (!secret) return refuse(chosen, "the Secret " + wanted.secret + " does not exist");
    wanted.ca_pem = text_of(*secret, "ca.crt");
    wanted.chain_pem = text_of(*secret, "tls.crt");
    wanted.key_pem = text_of(*secret, "tls.key");
    if (BackendTlsPtr old = known(wanted)) return old;  // checked then

    if (wanted.verify && wanted.ca_pem.empty()) {
        return refuse(chosen, "the Secret " + wanted.secret + " has no ca.crt to verify with");
    }
    if (wanted.verify && wanted.name.empty()) {
        report_.warn(ref(*chosen.object), "metadata.annotations[proxy-ssl-verify]",
                     "without proxy-ssl-name any name is good whose certificate the CA has signed");
    }
    if (const auto usable = checks_.backend_tls(wanted); !usable) {
        return refuse(chosen, "the Secret " + wanted.secret + ": " + usable.error());
    }
    return std::make_shared<const BackendTls>(std::move(wanted));
}

BackendTlsPtr settle_backend_tls(const Chosen& chosen, const std::vector<const Chosen*>& of_host) {
    if (chosen.says.backend_tls.location_only) return chosen.backend_tls;
    const auto first = std::ranges::find_if(
        of_host, [](const Chosen* one) { return one->backend_tls != nullptr; });
    return first == of_host.end() ? nullptr : (*first)->backend_tls;
}

}  // namespace breakwater::translate
