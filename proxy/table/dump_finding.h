#pragma once
// Findings as JSON. Pure; any thread.

#include <nlohmann/json.hpp>

#include "proxy/table/finding.h"

namespace breakwater::table {

/// An array, an object a finding.
[[nodiscard]] nlohmann::ordered_json to_json_value(const Findings& findings);

}  // namespace breakwater::table
