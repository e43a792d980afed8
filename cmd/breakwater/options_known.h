#pragma once
// Flags of ingress-nginx that mean nothing to Breakwater (yet). They are taken, so that a manifest
// written for ingress-nginx starts, and named in one warning.

#include <array>
#include <string_view>

namespace breakwater::cmd {

struct KnownFlag {
    std::string_view name;  ///< as CLI11 takes it
    bool takes_value = true;
};

inline constexpr std::array kKnownFlags{
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

}  // namespace breakwater::cmd
