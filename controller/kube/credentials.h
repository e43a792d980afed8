#pragma once
// Who we are to the API server, as of now.
//
// Files are read again for every request: requests are rare (a watch lasts minutes), so a token or a
// certificate that was rotated is used from the next one on, without a timer. What a plugin issued is
// kept until it expires or the server refuses it.
//
// Shared by all reflectors; any thread. One plugin runs at a time, the others wait for its answer.

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "controller/kube/access.h"
#include "controller/kube/exec_plugin.h"
#include "controller/kube/expected.h"
#include "proxy/base/clock.h"

namespace breakwater::kube {

/// What one request needs.
struct Presented {
    Identity identity;
    std::string ca_pem;  ///< empty: the system's authorities
};

class Credentials {
public:
    explicit Credentials(Access access, const Clock& clock = system_clock())
        : access_(std::move(access)), clock_(clock) {}

    [[nodiscard]] const Cluster& cluster() const { return access_.cluster; }
    [[nodiscard]] const std::string& namespace_name() const { return access_.namespace_name; }

    /// May take as long as a plugin does (kPluginTimeLimit), or until `stop` asks.
    /// @error a file that cannot be read, a plugin that failed: it is worth trying again later.
    [[nodiscard]] Expected<Presented> present(const std::stop_token& stop);

    /// The server answered 401 to this identity: what a plugin issued is forgotten, unless another
    /// was issued in the meantime.
    void refused(const Identity& identity);

    static constexpr std::chrono::seconds kPluginTimeLimit{60};

private:
    Expected<Identity> from_plugin(const std::string& ca_pem, const std::stop_token& stop);
    Expected<Identity> from_files() const;

    const Access access_;
    const Clock& clock_;
    std::mutex mutex_;
    std::optional<Issued> issued_;  ///< under mutex_
};

}  // namespace breakwater::kube
