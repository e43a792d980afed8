#pragma once
// Who answers what no path of a host matches. Pure; any thread.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "controller/translate/backends.h"
#include "controller/translate/plan.h"
#include "controller/translate/settings.h"

namespace breakwater::translate {

/// The backend of `--default-backend-service`, or none of it: then such requests are answered with 404.
struct DefaultBackend {
    std::string service;  ///< empty: none
    std::string port;
    std::string backend;
    bool operator==(const DefaultBackend&) const = default;
};

/// The port of `--default-backend-service`. @return none where it is not set
[[nodiscard]] std::optional<ServicePort> default_backend_port(const kube::Objects& objects,
                                                              const Options& options);

/// None, where it is not set, or has no ready endpoint, as with ingress-nginx.
/// @param is_ready  whether a port whose backend was found has an endpoint
[[nodiscard]] DefaultBackend find_default_backend(
    const ServicePort& wanted, BackendFinder& backends,
    const std::function<bool(const ServicePort&)>& is_ready, Report& report);

/// The Ingress whose `spec.defaultBackend` answers for unknown hosts: the oldest without rules, else
/// the oldest with a rule for all hosts, that has one. Null where none has. Those that do not get
/// their way are reported.
[[nodiscard]] const Chosen* find_catch_all(const std::vector<Chosen>& all,
                                           const PlannedHost& catch_all, Report& report);

/// Whether the Ingress has a default backend that can be served.
[[nodiscard]] bool has_default_backend(const Chosen& chosen);

}  // namespace breakwater::translate
