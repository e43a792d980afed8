#include "controller/election/lease.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace breakwater::election {
namespace {

using nlohmann::json;

std::string text_in(const json& spec, const char* name) {
    const auto found = spec.find(name);
    return found != spec.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int count_in(const json& spec, const char* name) {
    const auto found = spec.find(name);
    if (found == spec.end() || !found->is_number_integer()) return 0;
    const auto value = found->get<std::int64_t>();
    return std::in_range<int>(value) && value > 0 ? static_cast<int>(value) : 0;
}

}  // namespace

Record read_record(const json& lease) {
    if (!lease.is_object()) return {};
    const auto spec = lease.find("spec");
    if (spec == lease.end() || !spec->is_object()) return {};
    return {.holder = text_in(*spec, "holderIdentity"),
            .duration = std::chrono::seconds(count_in(*spec, "leaseDurationSeconds")),
            .acquire_time = text_in(*spec, "acquireTime"),
            .renew_time = text_in(*spec, "renewTime"),
            .transitions = count_in(*spec, "leaseTransitions")};
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
