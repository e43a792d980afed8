#pragma once
// A source read whole, once, for who looks at its objects and ends: `breakwater check --from-cluster`.

#include <expected>
#include <string>

#include "controller/source/source.h"
#include "proxy/base/clock.h"

namespace breakwater::source {

/// Starts the source, waits until everything that it covers was read, and stops it. Blocks.
///
/// @error one sentence: it could not be started, or not all was there within `limit`. What went wrong
///        meanwhile is in the log.
[[nodiscard]] std::expected<kube::Objects, std::string> read_once(Source& from, Duration limit);

}  // namespace breakwater::source
