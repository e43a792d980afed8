#pragma once
// From the plan to the hosts of the table: locations, their policies, fallbacks, certificates.

#include <memory>
#include <vector>

#include "controller/translate/backends.h"
#include "controller/translate/fallback.h"
#include "controller/translate/plan.h"
#include "controller/translate/settings.h"
#include "controller/translate/tls.h"

namespace breakwater::translate {

/// Makes one host after the other. One translation, one thread; what it is given outlives it.
class HostBuilder {
public:
    HostBuilder(const Globals& globals, const Options& options, DefaultBackend standard,
                BackendFinder& backends, TlsSections& tls, Report& report)
        : globals_(globals),
          options_(options),
          default_backend_(std::move(standard)),
          backends_(backends),
          tls_(tls),
          report_(report) {}

    /// A host with a name.
    [[nodiscard]] table::Host build(const std::string& name, const PlannedHost& planned);
    /// @param answers  for unknown hosts, find_catch_all(); may be null.
    [[nodiscard]] table::Host build_catch_all(const PlannedHost& planned, const Chosen* answers);

private:
    [[nodiscard]] table::Location locate(const PlannedPath& path, const PlannedHost& planned,
                                         bool host_has_tls);
    /// What holds for the host as a whole, of all that its Ingresses say.
    [[nodiscard]] table::HostPolicies settle_host(const std::string& name,
                                                  const PlannedHost& planned);
    [[nodiscard]] table::Location fall_back(const std::string& name, const PlannedHost& planned,
                                            bool host_has_tls);
    void lead_to(const Chosen& from, const PlannedHost& planned,
                 const kube::Ingress::Backend& backend, const std::string& field,
                 table::Location& location);
    void lead_to_default(table::Location& location) const;

    const Globals& globals_;
    const Options& options_;
    DefaultBackend default_backend_;
    BackendFinder& backends_;
    TlsSections& tls_;
    Report& report_;
};

}  // namespace breakwater::translate
