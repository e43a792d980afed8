// TLS that is the pods' affair.

#include "controller/translate/annotations/groups.h"

namespace breakwater::translate {
namespace {

constexpr Row kRows[] = {
    {.name = "ssl-passthrough", .set = set<parse_bool, &Draft::ssl_passthrough>},
};

}  // namespace

Rows passthrough_rows() { return kRows; }

}  // namespace breakwater::translate
