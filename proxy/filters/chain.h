#pragma once
// The filters of a location, in THE order. Pure; any thread.

#include <memory>
#include <vector>

#include "proxy/exchange/filter.h"
#include "proxy/table/routing_table.h"

namespace breakwater::filters {

/// @param location  of the host.
/// @param backend  of the location; null where there is none.
[[nodiscard]] std::vector<std::shared_ptr<const exchange::Filter>> make_chain(
    const table::Host& host, const table::Location& location, const table::Backend* backend);

}  // namespace breakwater::filters
