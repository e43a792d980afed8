#pragma once
// Which paths of which Ingresses make up which host: rules in, conflicts decided. Pure; any thread.

#include <map>
#include <string>
#include <vector>

#include "controller/translate/choose.h"
#include "controller/translate/report.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

struct PlannedPath {
    const Chosen* from;
    std::string field;  ///< where it is written: `spec.rules[0].http.paths[1]`
    table::PathType type;
    std::string path;
    const kube::Ingress::Backend* backend;  ///< of `from`'s object; names a Service
};

struct PlannedHost {
    std::vector<const Chosen*>
        ingresses;                   ///< with a rule for this host; the oldest first, none twice
    std::vector<PlannedPath> paths;  ///< the oldest first; no path and type twice
};

/// By name, lower case; the catch-all's is empty and always there.
using Plan = std::map<std::string, PlannedHost>;

/// Same host, path and type twice: the first in `all`, the oldest, wins.
/// @param all  outlives the plan.
[[nodiscard]] Plan plan_hosts(const std::vector<Chosen>& all, Report& report);

}  // namespace breakwater::translate
