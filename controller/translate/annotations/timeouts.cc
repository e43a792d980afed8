// How long a pod may take.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::Policies;
using table::TimeoutPolicy;

template <auto kField>
constexpr Setter<Draft> kSeconds =
    set<parse_seconds, &Draft::policies, &Policies::timeouts, kField>;

constexpr Row kRows[] = {
    {.name = "proxy-connect-timeout",
     .config_key = "proxy-connect-timeout",
     .set = kSeconds<&TimeoutPolicy::connect>},
    {.name = "proxy-read-timeout",
     .config_key = "proxy-read-timeout",
     .set = kSeconds<&TimeoutPolicy::read>},
    {.name = "proxy-send-timeout",
     .config_key = "proxy-send-timeout",
     .set = kSeconds<&TimeoutPolicy::send>},
};

}  // namespace

RowGroup timeouts_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
