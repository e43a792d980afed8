// Whether clients may speak gRPC-Web to pods of gRPC.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::GrpcWebPolicy;
using table::Policies;

constexpr Row kRows[] = {
    {.name = "grpc-web",
     .owner = Owner::breakwater,
     .set = set<parse_bool, &Draft::policies, &Policies::grpc_web, &GrpcWebPolicy::enabled>},
};

void review(const Policies& policies, const Remark& remark) {
    if (!policies.grpc_web.enabled || policies.backend_protocol.speaks_grpc()) return;
    remark(kRows[0], "does nothing without backend-protocol GRPC or GRPCS");
}

}  // namespace

RowGroup grpc_web_group() { return {.rows = kRows, .review = review}; }

}  // namespace breakwater::translate
