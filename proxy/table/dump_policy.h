#pragma once
// The policies and settings as JSON, each left out where it has its default. Pure; any thread.

#include <nlohmann/json.hpp>

#include "proxy/table/backend.h"
#include "proxy/table/policy.h"
#include "proxy/table/settings.h"

namespace breakwater::table {

using Json = nlohmann::ordered_json;  ///< keys in the order in which they are written

/// @return an object, empty where everything has its default.
[[nodiscard]] Json to_json_value(const Policies& policies);
[[nodiscard]] Json to_json_value(const HostPolicies& policies);
[[nodiscard]] Json to_json_value(const BackendPolicies& policies);
[[nodiscard]] Json to_json_value(const Settings& settings);

}  // namespace breakwater::table
