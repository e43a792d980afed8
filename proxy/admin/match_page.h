#pragma once
// `/debug/match`: which location answers for a host and a path, and what lies behind it, as JSON.
// Pure; any thread.

#include <string>

#include "proxy/exchange/routes.h"

namespace breakwater::admin {

/// @param path  as a client would send it; what cannot be a path is said in the answer.
[[nodiscard]] std::string match_json(const exchange::Routes& routes, const std::string& host,
                                     const std::string& path);

}  // namespace breakwater::admin
