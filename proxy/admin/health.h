#pragma once
// Whether the workers' loops still turn. Any thread.

#include <chrono>
#include <span>
#include <string>

#include "proxy/base/clock.h"

namespace breakwater::admin {

/// A loop turns at least every few hundred milliseconds, with or without work (Reactor).
inline constexpr std::chrono::seconds kStuckAfter{10};

/// @param last_turns  of the workers, in their order (Reactor::last_turn()).
/// @return empty, or one line that names the first worker whose loop has not turned for kStuckAfter.
[[nodiscard]] std::string why_stuck(std::span<const Time> last_turns, Time now);

}  // namespace breakwater::admin
