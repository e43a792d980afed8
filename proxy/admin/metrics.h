#pragma once
// The text that Prometheus reads: names and labels of ingress-nginx where the same thing exists, and
// our own under `breakwater_`. docs/metrics.md lists them.
//
// Pure; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "proxy/base/clock.h"
#include "proxy/ocsp/updater.h"
#include "proxy/serve/counters_sum.h"
#include "proxy/table/routing_table.h"

namespace breakwater::admin {

/// Who is asked: labels of every series under `nginx_ingress_controller_`.
struct Identity {
    std::string version;  ///< of `build_info` alone
    std::string controller_class;
    std::string controller_namespace;  ///< $POD_NAMESPACE
    std::string controller_pod;        ///< $POD_NAME
};

/// What the controller half has done so far.
struct ControllerFacts {
    std::shared_ptr<const table::RoutingTable> table;  ///< in force; null before the first
    bool last_publication_ok = false;
    WallTime last_publication{};  ///< the last one that was put in force
    std::uint64_t publications = 0;
    std::uint64_t failed_publications = 0;
    std::uint64_t finding_warnings = 0;  ///< of the table in force
    std::uint64_t finding_errors = 0;
};

/// Of the replicas one leads: it writes to the cluster.
struct ElectionFacts {
    std::string name;  ///< `--election-id`
    bool leads = false;
};

/// What the admission webhook has done so far.
struct AdmissionFacts {
    std::uint64_t allowed = 0;
    std::uint64_t refused = 0;
    std::uint64_t unjudged = 0;   ///< let through
    std::uint64_t malformed = 0;  ///< nobody could be answered
    // Of the last that was judged.
    Duration roundtrip{};
    Duration judging{};
    std::size_t ingresses = 0;
};

struct MetricsInput {
    Identity identity;
    ControllerFacts controller;
    std::optional<ElectionFacts> election = std::nullopt;
    std::optional<AdmissionFacts> admission = {};  ///< none: there is no webhook
    serve::CounterSums counters;
    std::uint64_t access_log_dropped = 0;
    std::size_t l4_ports_failed = 0;
    ocsp::Counts ocsp;
    std::size_t unresolved_names = 0;
};

[[nodiscard]] std::string metrics_text(const MetricsInput& input);

}  // namespace breakwater::admin
