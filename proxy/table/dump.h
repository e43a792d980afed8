#pragma once
// A routing table as JSON, for /debug/routes and the golden tests. Never a private key.
//
// A policy or a setting is left out where it has its default; durations are whole seconds.
// Pure; any thread.

#include <string>

#include "proxy/table/finding.h"
#include "proxy/table/routing_table.h"

namespace breakwater::table {

/// Indented, keys in a fixed order: equal tables give equal text.
[[nodiscard]] std::string to_json(const RoutingTable& table);
[[nodiscard]] std::string to_json(const Findings& findings);

}  // namespace breakwater::table
