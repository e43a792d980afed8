// Whether a Service is reached by its own address, so that the cluster's balancing chooses the pod.

#include "controller/translate/annotations/groups.h"

namespace breakwater::translate {
namespace {

constexpr Row kRows[] = {
    {.name = "service-upstream",
     .config_key = "service-upstream",
     .scope = Scope::backend,
     .set = set<parse_bool, &Draft::service_upstream>},
};

}  // namespace

Rows service_upstream_rows() { return kRows; }

}  // namespace breakwater::translate
