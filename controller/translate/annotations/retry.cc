// How often and for how long another pod is tried.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::Policies;
using table::RetryPolicy;

constexpr Row kRows[] = {
    {.name = "proxy-next-upstream-tries",
     .config_key = "proxy-next-upstream-tries",
     .set = set<parse_count, &Draft::policies, &Policies::retry, &RetryPolicy::tries>},
    {.name = "proxy-next-upstream-timeout",
     .config_key = "proxy-next-upstream-timeout",
     .set = set<parse_seconds, &Draft::policies, &Policies::retry, &RetryPolicy::timeout>},
};

}  // namespace

RowGroup retry_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
