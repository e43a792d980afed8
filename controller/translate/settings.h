#pragma once
// The ConfigMap of `--configmap`: what holds for the whole process, and the defaults of the rows.
// Pure; any thread.

#include <string_view>
#include <vector>

#include "controller/kube/shelf.h"
#include "controller/translate/annotations/draft.h"
#include "controller/translate/checks.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "proxy/table/settings.h"

namespace breakwater::translate {

struct Globals {
    table::Settings settings;
    Draft defaults;
};

/// A value that cannot be read costs only itself; an empty one counts as not set.
[[nodiscard]] Globals read_globals(const kube::Objects& objects, const Options& options,
                                   const Checks& checks, Report& report);

/// Every key that has an effect, in no order: docs/configmap.md has them all, which a test sees to.
[[nodiscard]] std::vector<std::string_view> config_keys();

}  // namespace breakwater::translate
