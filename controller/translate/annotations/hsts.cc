// Strict-Transport-Security. No annotation says it: the ConfigMap alone.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::HstsPolicy;
using table::Policies;

template <auto kParse, auto kField>
constexpr Setter<Draft> kHsts = set<kParse, &Draft::policies, &Policies::hsts, kField>;

constexpr Row kRows[] = {
    {.name = {}, .config_key = "hsts", .set = kHsts<parse_bool, &HstsPolicy::enabled>},
    {.name = {}, .config_key = "hsts-max-age", .set = kHsts<parse_seconds, &HstsPolicy::max_age>},
    {.name = {},
     .config_key = "hsts-include-subdomains",
     .set = kHsts<parse_bool, &HstsPolicy::include_subdomains>},
    {.name = {}, .config_key = "hsts-preload", .set = kHsts<parse_bool, &HstsPolicy::preload>},
};

}  // namespace

RowGroup hsts_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
