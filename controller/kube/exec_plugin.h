#pragma once
// Credentials out of a program: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/.
//
// The program is started without a shell and without a terminal; what it says on stderr goes to our
// log as one line, what it prints on stdout never does.

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "controller/kube/access.h"
#include "controller/kube/expected.h"
#include "proxy/base/clock.h"

namespace breakwater::kube {

/// What we show a server. All empty: nobody in particular.
struct Identity {
    std::string token;
    std::string certificate_pem;
    std::string key_pem;
    bool operator==(const Identity&) const = default;
};

struct Issued {
    Identity identity;
    std::optional<WallTime> expires;  ///< nothing: when the server refuses it
};

/// @param ca_pem  of the cluster, for plugins that want to know it (provideClusterInfo)
/// @error what went wrong, with the plugin's install hint where it could not be started.
[[nodiscard]] Expected<Issued> run_exec_plugin(const ExecPlugin& plugin, const Cluster& cluster,
                                               const std::string& ca_pem, Duration time_limit,
                                               const std::stop_token& stop);

}  // namespace breakwater::kube
