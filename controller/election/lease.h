#pragma once
// The record by which replicas agree on who leads: the spec of a Lease, coordination.k8s.io/v1.
//
// Pure. Any thread.

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controller/kube/resource.h"

namespace breakwater::election {

inline constexpr kube::Resource kLeases{"/apis/coordination.k8s.io/v1", "coordination.k8s.io",
                                        "leases"};

struct Record {
    std::string holder;  ///< empty: nobody leads
    std::chrono::seconds duration{0};
    std::string
        acquire_time;  ///< as the API writes times; told by the holder's clock, so only shown
    std::string renew_time;
    int transitions = 0;  ///< how often the holder was another one than before
    bool operator==(const Record&) const = default;
};

/// What is missing, or not of its type, is as in a Lease that nobody has held yet.
[[nodiscard]] Record read_record(const nlohmann::json& lease);

/// Everything else in the Lease stays: labels of a chart, fields that newer API servers know.
void write_record(const Record& record, nlohmann::json& lease);

/// A Lease that is not there yet.
[[nodiscard]] nlohmann::json new_lease(const std::string& namespace_name, const std::string& name);

}  // namespace breakwater::election
