#pragma once
// The process, from its parsed flags to its end.

#include <string>

#include "cmd/breakwater/options.h"
#include "cmd/breakwater/signals.h"

namespace breakwater::cmd {

/// Serves until a signal ends it.
/// @return the exit code: 0 after an orderly stop, 1 where it could not go on; the log says why.
[[nodiscard]] int run(const Options& options, Signals& signals);

}  // namespace breakwater::cmd
