#pragma once
// The part of a cluster that an Ingress can have anything to do with, so that judging one costs as much as
// its host does, however many Ingresses there are.
//
// Pure; any thread.

#include "controller/kube/shelf.h"
#include "controller/translate/translate.h"

namespace breakwater::admission {

/// `all` with those Ingresses only that share a host or a Service with `ingress`, now or as they are
/// served (`accepted`), and with its own version before. Both answer for unknown hosts where they have a rule
/// without a host, or a default backend.
[[nodiscard]] kube::Objects neighbours_of(const kube::Ingress& ingress, const kube::Objects& all,
                                          const translate::Accepted& accepted);

}  // namespace breakwater::admission
