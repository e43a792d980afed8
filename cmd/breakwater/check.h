#pragma once
// `breakwater check`: what is wrong with manifests, without a cluster, or with the objects of one. For
// people, and for a pipeline.

#include <string>

#include "cmd/breakwater/options.h"

namespace breakwater::cmd {

/// What it has to say, and the exit code.
struct CheckReport {
    std::string text;
    bool errors = false;  ///< something that is asked for would not be served
};

/// Reads what `options.check` names. One thread; blocks.
[[nodiscard]] CheckReport check(const Options& options);

}  // namespace breakwater::cmd
