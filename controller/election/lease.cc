#include "controller/election/lease.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/kube/json_member.h"

namespace breakwater::election {
namespace {

using nlohmann::json;

int count_in(const json& spec, const char* name) {
    const json& found = kube::member(spec, name);
    if (!found.is_number_integer()) return 0;
    const auto value = found.get<std::int64_t>();
    return std::in_range<int>(value) && value > 0 ? static_cast<int>(value) : 0;
}

}  // namespace

Record read_record(const json& lease) {
    const json& spec = kube::member(lease, "spec");
    return {.holder = std::string(kube::text_member(spec, "holderIdentity")),
            .duration = std::chrono::seconds(count_in(spec, "leaseDurationSeconds")),
            .acquire_time = std::string(kube::text_member(spec, "acquireTime")),
            .renew_time = std::string(kube::text_member(spec, "renewTime")),
            .transitions = count_in(spec, "leaseTransitions")};
}

void write_record(const Record& record, json& lease) {
    json& spec = lease["spec"];
    if (!spec.is_object()) spec = json::object();
    spec["holderIdentity"] = record.holder;
    spec["leaseDurationSeconds"] = record.duration.count();
    spec["acquireTime"] = record.acquire_time;
    spec["renewTime"] = record.renew_time;
    spec["leaseTransitions"] = record.transitions;
}

json new_lease(const std::string& namespace_name, const std::string& name) {
    return {{"apiVersion", "coordination.k8s.io/v1"},
            {"kind", "Lease"},
            {"metadata", {{"namespace", namespace_name}, {"name", name}}}};
}

}  // namespace breakwater::election
