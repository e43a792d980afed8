#pragma once
// TCP and UDP services: the ConfigMaps of `--tcp-services-configmap` and `--udp-services-configmap`, an
// entry `PORT: NAMESPACE/SERVICE:PORT[:PROXY[:PROXY|PROXY-V2]]` each. What is passed through as TLS goes the same
// way, to the `/` of a host. Pure; any thread.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "controller/kube/shelf.h"
#include "controller/translate/backends.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

/// One entry that could be read.
struct L4Entry {
    table::ObjectRef config_map;
    std::string field;  ///< `data[5432]`
    table::L4Port port;
    ServicePort to;
    bool accept_proxy = false;
    table::ProxyVersion send_proxy = table::ProxyVersion::none;
};

/// The entries of both ConfigMaps. A wrong one costs only itself.
[[nodiscard]] std::vector<L4Entry> read_l4_entries(const kube::Objects& objects,
                                                   const Options& options, Report& report);

using L4Services = std::vector<std::shared_ptr<const table::L4Service>>;

/// Those whose Service exists, sorted by port.
/// @param before  the table before, or null: services that did not change are its nodes.
[[nodiscard]] L4Services make_l4_services(const std::vector<L4Entry>& entries,
                                          const table::RoutingTable* before,
                                          BackendFinder& backends, Report& report);

}  // namespace breakwater::translate
