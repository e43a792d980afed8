#pragma once
// The filters of a location, in THE order. Pure; any thread.

#include <memory>
#include <vector>

#include "proxy/exchange/filter.h"
#include "proxy/table/routing_table.h"

namespace breakwater::filters {

/// @param backend  of the location; null where there is none.
[[nodiscard]] std::vector<std::shared_ptr<const exchange::Filter>> make_chain(
    const table::Location& location, const table::Backend* backend);

}  // namespace breakwater::filters
