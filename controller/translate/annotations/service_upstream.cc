// Whether a Service is reached by its own address, so that the cluster's balancing chooses the pod.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

constexpr Row kRows[] = {
    {.name = "service-upstream",
     .config_key = "service-upstream",
     .scope = Scope::backend,
     .set = set<parse_bool, &Draft::backend, &BackendDraft::service_upstream>},
};

}  // namespace

RowGroup service_upstream_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
