#pragma once
// Services of type ExternalName: names of what is outside of the cluster, which the proxy finds out and follows.
// docs/decisions/external_name.md. Pure; any thread.

#include <optional>

#include "controller/kube/objects.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "proxy/table/backend.h"

namespace breakwater::translate {

/// The port of an ExternalName Service that an Ingress names: one that the Service has, else the number as it is,
/// since such a Service need not have any.
/// @param found  the Service's, or null
[[nodiscard]] std::optional<std::uint16_t> external_port(const kube::PortRef& wanted,
                                                         const kube::Service::Port* found);

/// Leads a backend where the Service says. One that must not be gone to is reported, and the backend stays empty.
void lead_outside(const kube::Service& service, std::uint16_t port, const Options& options,
                  table::Backend& backend, Report& report);

}  // namespace breakwater::translate
