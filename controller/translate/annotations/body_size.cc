// How large a request body may be.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::BodySizePolicy;
using table::Policies;

constexpr Row kRows[] = {
    {.name = "proxy-body-size",
     .config_key = "proxy-body-size",
     .set = set<parse_size, &Draft::policies, &Policies::body_size, &BodySizePolicy::max_bytes>},
};

}  // namespace

RowGroup body_size_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
