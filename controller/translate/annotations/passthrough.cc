// TLS that is the pods' affair.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

constexpr Row kRows[] = {
    {.name = "ssl-passthrough", .set = set<parse_bool, &Draft::ssl_passthrough>},
};

}  // namespace

RowGroup passthrough_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
