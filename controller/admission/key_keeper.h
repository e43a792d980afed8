#pragma once
// Keeps the webhook's keys in one Secret that all replicas share, and the ValidatingWebhookConfiguration
// trusting them.
//
// Whoever finds the Secret empty, or its certificate near its end, makes new keys and writes them under the
// version that it has read; who comes second is told so by the API server, and reads what the first has
// written. All of them then want the same of the configuration, so whoever sees it say something else
// writes it: no leader is needed, and none can be missing while the first Ingress comes.
//
// Another authority is trusted beside the one before it, and its certificate shown only then: replicas look
// at different times, and a patch may be forbidden.
//
// The Secret is made by whoever installs us, empty; we may `get` and `update` that one, and `get` and
// `patch` that configuration.

#include <chrono>
#include <expected>
#include <functional>
#include <stop_token>
#include <string>

#include "controller/admission/keys.h"
#include "controller/kube/api_client.h"
#include "controller/kube/credentials.h"
#include "controller/kube/objects.h"
#include "proxy/base/clock.h"

namespace breakwater::admission {

struct KeyPlaces {
    kube::Key secret;
    std::string configuration;  ///< name of a ValidatingWebhookConfiguration
};

/// How often it looks.
struct KeyPace {
    Duration well = std::chrono::minutes(5);
    Duration first = std::chrono::seconds(1);  ///< after a failure; doubles with each in a row
    Duration most = std::chrono::minutes(1);
};

class KeyKeeper {
public:
    /// Keys as they are now in the Secret; called in run(), where they are others than before.
    using Take = std::function<void(const Keys&)>;

    /// @param credentials, clock  outlive this
    KeyKeeper(kube::Credentials& credentials, KeyPlaces places, Take take, KeyPace pace = {},
              const Clock& clock = system_clock());

    /// Until it is asked to stop. What goes wrong is said once, and tried again.
    void run(const std::stop_token& stop);

private:
    [[nodiscard]] std::expected<void, std::string> look(const std::stop_token& stop);
    /// Those in the Secret, made by us or by somebody else.
    [[nodiscard]] std::expected<Keys, std::string> settle_keys(
        const std::vector<std::string>& names, const std::stop_token& stop);
    void show(const Keys& keys);

    kube::ApiClient client_;
    const KeyPlaces places_;
    const Take take_;
    const KeyPace pace_;
    const Clock& clock_;
    std::string shown_;  ///< the chain that was handed on last
    std::string said_;   ///< what is wrong, while it is
};

}  // namespace breakwater::admission
