#pragma once
// Which Ingresses are ours: those of the namespaces that are watched, by `spec.ingressClassName`, else by
// the annotation from before IngressClasses existed. Pure; any thread.

#include "controller/kube/shelf.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"

namespace breakwater::translate {

/// Whether what lies in a namespace counts.
[[nodiscard]] bool is_watched(const std::string& namespace_name, const kube::Objects& objects,
                              const Options& options);

/// `spec.ingressClassName` must lead to an IngressClass whose controller is ours; where IngressClasses may
/// not be listed it is compared with `--ingress-class`, as in ingress-nginx. Only where it is
/// absent `kubernetes.io/ingress.class` is compared, and only where that is absent, too, the options
/// decide. With `--disable-catch-all` one that would answer for any host is left out, and reported.
[[nodiscard]] bool is_ours(const kube::Ingress& ingress, const kube::Objects& objects,
                           const Options& options, Report& report);

/// No class of ours is told anything by its `spec.parameters`: whoever sets them is warned.
void report_parameters(const kube::Objects& objects, const Options& options, Report& report);

}  // namespace breakwater::translate
