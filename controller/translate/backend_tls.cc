#include "controller/translate/backend_tls.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "controller/translate/annotations/read.h"
#include "controller/translate/missing_secret.h"

namespace breakwater::translate {

using table::BackendTls;

void BackendTlsSettings::find(Chosen& chosen) {
    Found found = read(chosen);
    if (!found) chosen.denied = true;
    chosen.backend_tls = std::move(found).value_or(nullptr);
}

BackendTlsSettings::Found BackendTlsSettings::refuse(const Chosen& chosen, const std::string& why) {
    report_.error(ref(*chosen.object),
                  annotation_field(options_.annotations_prefix, "proxy-ssl-secret"),
                  why + "; its paths answer 503");
    return std::unexpected(Denied{});
}

BackendTlsPtr BackendTlsSettings::known(const BackendTls& wanted) {
    auto [at, end] = in_use_.equal_range(wanted.secret);
    while (at != end) {
        const BackendTlsPtr one = at->second.lock();
        if (one && *one == wanted) return one;
        at = one ? std::next(at) : in_use_.erase(at);
    }
    return nullptr;
}

BackendTlsSettings::Found BackendTlsSettings::read(const Chosen& chosen) {
    BackendTls wanted = chosen.says.backend_tls.said;
    if (wanted.secret.empty()) {
        if (wanted != BackendTls{}) {
            const auto first =
                first_annotation(*chosen.object, options_.annotations_prefix, "proxy-ssl-");
            report_.warn(ref(*chosen.object), annotation_field(first),
                         "says nothing without proxy-ssl-secret, as with ingress-nginx");
        }
        return nullptr;
    }
    const auto key = kube::Key::from(wanted.secret);
    if (!key || key->namespace_name != chosen.object->meta.namespace_name) {
        return refuse(chosen,
                      "the Secret " + in_quotes(wanted.secret) + " is in another namespace");
    }
    const auto secret = lookup_.secret(*key);
    if (!secret) return refuse(chosen, missing_secret(in_quotes(wanted.secret)));
    wanted.ca_pem = secret->text_of("ca.crt");
    wanted.chain_pem = secret->text_of("tls.crt");
    wanted.key_pem = secret->text_of("tls.key");
    if (wanted.verify && wanted.ca_pem.empty()) {
        return refuse(chosen,
                      "the Secret " + in_quotes(wanted.secret) + " has no ca.crt to verify with");
    }
    if (wanted.verify && wanted.name.empty()) {
        report_.warn(ref(*chosen.object),
                     annotation_field(options_.annotations_prefix, "proxy-ssl-verify"),
                     "without proxy-ssl-name any name is good whose certificate the CA has signed");
    }
    if (BackendTlsPtr same = known(wanted)) return same;  // checked then
    if (const auto usable = checks_.backend_tls(wanted); !usable) {
        return refuse(chosen, "the Secret " + in_quotes(wanted.secret) + ": " + usable.error());
    }
    auto made = std::make_shared<const BackendTls>(std::move(wanted));
    in_use_.emplace(made->secret, made);
    return made;
}

BackendTlsPtr settle_backend_tls(const Chosen& chosen, const std::vector<const Chosen*>& of_host) {
    if (chosen.says.backend_tls.location_only) return chosen.backend_tls;
    const auto first = std::ranges::find_if(
        of_host, [](const Chosen* one) { return one->backend_tls != nullptr; });
    return first == of_host.end() ? nullptr : (*first)->backend_tls;
}

}  // namespace breakwater::translate
