// Whether clients may speak gRPC-Web to pods of gRPC. That other pods have nothing of it is said in
// hosts.cc.

#include "controller/translate/annotations/groups.h"

namespace breakwater::translate {
namespace {

using table::GrpcWebPolicy;
using table::Policies;

constexpr Row kRows[] = {
    {.name = "grpc-web",
     .owner = Owner::breakwater,
     .set = set<parse_bool, &Draft::policies, &Policies::grpc_web, &GrpcWebPolicy::enabled>},
};

}  // namespace

Rows grpc_web_rows() { return kRows; }

}  // namespace breakwater::translate
