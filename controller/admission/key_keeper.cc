#include "controller/admission/key_keeper.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/kube/backoff.h"
#include "proxy/base/log.h"

namespace breakwater::admission {
namespace {

using nlohmann::json;

constexpr kube::Resource kSecrets{"/api/v1", "", "secrets"};
constexpr kube::Resource kConfigurations{"/apis/admissionregistration.k8s.io/v1",
                                         "admissionregistration.k8s.io",
                                         "validatingwebhookconfigurations"};
/// Each is another replica that was faster; after so many something else is wrong.
constexpr int kMostConflicts = 5;

kube::Place place_of(const kube::Key& secret) {
    return {kSecrets, secret.namespace_name, secret.name, {}};
}

kube::Place place_of(const std::string& configuration) {
    return {kConfigurations, {}, configuration, {}};
}

std::string about(std::string_view what, const std::string& name, const kube::Trouble& trouble) {
    return std::string(what) + " " + name + ": " + trouble.text;
}

}  // namespace

KeyKeeper::KeyKeeper(kube::Credentials& credentials, KeyPlaces places, Take take, KeyPace pace,
                     const Clock& clock)
    : client_(credentials),
      places_(std::move(places)),
      take_(std::move(take)),
      pace_(pace),
      clock_(clock) {}

void KeyKeeper::run(const std::stop_token& stop) {
    Duration pause = pace_.first;
    while (!stop.stop_requested()) {
        const auto looked = look(stop);
        if (stop.stop_requested()) return;
        if (looked) {
            if (!said_.empty()) log::info("webhook keys are in order again");
            said_.clear();
            pause = pace_.first;
            kube::pause(stop, pace_.well);
            continue;
        }
        if (said_ != looked.error())
            log::error("webhook keys are not in order", {{"reason", looked.error()}});
        said_ = looked.error();
        kube::pause(stop, pause);
        pause = std::min(2 * pause, pace_.most);
    }
}

std::expected<void, std::string> KeyKeeper::look(const std::stop_token& stop) {
    const kube::Place place = place_of(places_.configuration);
    const auto configuration = client_.get(place, stop);
    if (!configuration) {
        return std::unexpected(
            about("ValidatingWebhookConfiguration", places_.configuration, configuration.error()));
    }
    const auto keys = settle_keys(names_in(*configuration), stop);
    if (!keys) return std::unexpected(keys.error());
    const json patch = trust_patch(*configuration, *keys);
    // Who is asked before the authority is trusted goes on with what is trusted, where there is such.
    if (patch.empty() || shown_.empty()) show(*keys);
    if (patch.empty()) return {};
    const auto patched = client_.patch(place, kube::PatchKind::json, patch, stop);
    if (!patched) {
        return std::unexpected(
            about("ValidatingWebhookConfiguration", places_.configuration, patched.error()));
    }
    show(*keys);
    return {};
}

void KeyKeeper::show(const Keys& keys) {
    if (shown_ == keys.own.chain_pem) return;
    take_(keys);
    shown_ = keys.own.chain_pem;
}

std::expected<Keys, std::string> KeyKeeper::settle_keys(const std::vector<std::string>& names,
                                                        const std::stop_token& stop) {
    const std::string name = places_.secret.to_string();
    for (int conflicts = 0; conflicts < kMostConflicts; ++conflicts) {
        auto secret = client_.get(place_of(places_.secret), stop);
        if (!secret) return std::unexpected(about("Secret", name, secret.error()));
        const std::optional<Keys> there = keys_in(*secret);
        if (there && are_good(*there, names, clock_.wall())) return *there;

        auto made = make_keys(there, names, clock_.wall());
        if (!made) return std::unexpected(made.error());
        put_keys(*made, *secret);
        const auto written = client_.replace(place_of(places_.secret), *secret, stop);
        if (written) {
            log::info("webhook keys made", {{"secret", name}});
            return *made;
        }
        if (written.error().reason != "Conflict") {
            return std::unexpected(about("Secret", name, written.error()));
        }
    }
    return std::unexpected("Secret " + name + ": somebody else writes it all the time");
}

}  // namespace breakwater::admission
