#include "cmd/breakwater/flags/ingress_nginx.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <string_view>

namespace breakwater::cmd {
namespace {

/// Who gives one of these means another API server.
constexpr std::array kRefused{"--apiserver-host", "--certificate-authority"};

struct KnownFlag {
    std::string_view name;  ///< as CLI11 takes it
    bool takes_value = true;
};

constexpr std::array kKnownFlags{
    // Admission.
    KnownFlag{"--disable-full-test", false},
    KnownFlag{"--enable-annotation-validation", false},
    KnownFlag{"--deep-inspect", false},
    // What is watched and how it is served.
    KnownFlag{"--ssl-passthrough-proxy-port"},
    KnownFlag{"--enable-ssl-chain-completion", false},
    // How often it works, and on which further ports.
    KnownFlag{"--sync-rate-limit"},
    KnownFlag{"--sync-period"},
    KnownFlag{"--dynamic-configuration-retries"},
    KnownFlag{"--default-server-port"},
    KnownFlag{"--status-port"},
    KnownFlag{"--stream-port"},
    KnownFlag{"--profiler-port"},
    KnownFlag{"--profiling", false},
    KnownFlag{"--health-check-timeout"},
    KnownFlag{"--post-shutdown-grace-period"},
    // Metrics.
    KnownFlag{"--metrics-per-host", false},
    KnownFlag{"--metrics-per-undefined-host", false},
    KnownFlag{"--report-status-classes", false},
    KnownFlag{"--exclude-socket-metrics"},
    KnownFlag{"--time-buckets"},
    KnownFlag{"--length-buckets"},
    KnownFlag{"--size-buckets"},
    KnownFlag{"--bucket-factor"},
    KnownFlag{"--max-buckets"},
    KnownFlag{"--monitor-max-batch-size"},
    // GeoIP.
    KnownFlag{"--maxmind-license-key"},
    KnownFlag{"--maxmind-mirror"},
    KnownFlag{"--maxmind-edition-ids"},
    KnownFlag{"--maxmind-retries-timeout"},
    KnownFlag{"--maxmind-retries-count"},
    // Its logger.
    KnownFlag{"-v,--v"},
    KnownFlag{"--vmodule"},
    KnownFlag{"--logtostderr", false},
    KnownFlag{"--alsologtostderr", false},
    KnownFlag{"--stderrthreshold"},
    KnownFlag{"--internal-logger-address"},
};

/// The one of `-v,--v` that CLI11 finds it by.
std::string first_of(std::string_view names) {
    return std::string(names.substr(0, names.find(',')));
}

}  // namespace

IngressNginxFlags::IngressNginxFlags(CLI::App& app) : app_(app) {
    for (const char* name : kRefused) app.add_option(name)->expected(1)->group("");
    for (const KnownFlag& flag : kKnownFlags) {
        const std::string name(flag.name);
        CLI::Option* const option =
            flag.takes_value ? app.add_option(name)->expected(1) : app.add_flag(name);
        option->group("");
    }
}

std::optional<std::string> IngressNginxFlags::refused() const {
    for (const char* name : kRefused) {
        const CLI::Option* const option = app_.get_option(name);
        if (option->count() == 0 || option->as<std::string>().empty()) continue;
        return fmt::format(
            "{} is not followed: the API server and its authority are named by a file for "
            "--kubeconfig",
            name);
    }
    return {};
}

std::vector<std::string> IngressNginxFlags::without_effect() const {
    std::vector<std::string> names;
    for (const KnownFlag& flag : kKnownFlags) {
        std::string name = first_of(flag.name);
        if (app_.count(name) > 0) names.push_back(std::move(name));
    }
    return names;
}

}  // namespace breakwater::cmd
