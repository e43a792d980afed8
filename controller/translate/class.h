#pragma once
// Which Ingresses are ours: by `spec.ingressClassName`, else by the annotation from before
// IngressClasses existed. Pure; any thread.

#include "controller/kube/shelf.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"

namespace breakwater::translate {

/// `spec.ingressClassName` must lead to an IngressClass whose controller is ours. Only where it is
/// absent `kubernetes.io/ingress.class` is compared, and only where that is absent, too, the options
/// decide.
[[nodiscard]] bool is_ours(const kube::Ingress& ingress, const kube::Objects& objects,
                           const Options& options, Report& report);

}  // namespace breakwater::translate
