#pragma once
// From a Service's port to the addresses that are ready, or where none is to those that still serve while
// they end: Service and EndpointSlice v1. A Service of type ExternalName has a name instead (external_name.h).
//
// Headless Services are like any other: their pods are in EndpointSlices, too.

#include <cstddef>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/kube/shelf.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

/// A Service's port, as an Ingress or a ConfigMap names it.
struct ServicePort {
    kube::Key service;
    kube::PortRef port;
    kube::Protocol protocol = kube::Protocol::tcp;

    [[nodiscard]] std::string port_text() const;  ///< its name, else its number; may be empty
    bool operator==(const ServicePort&) const = default;
};

using BackendMap = std::map<std::string, std::shared_ptr<const table::Backend>>;

/// The backends of one table. One translation, one thread; the objects outlive it.
class Backends {
public:
    /// The age of who is no Ingress.
    static constexpr std::size_t kYoungest = static_cast<std::size_t>(-1);

    Backends(const kube::Objects& objects, const table::RoutingTable* before,
             const Options& options, Report& report);

    /// Announces that `port` is asked for. All are, before the first find(): only then a name that two
    /// of them would share can be told apart.
    /// @param age  of who asks, in the order in which conflicts are decided. @param service_upstream  it wants
    ///             the Service's own address; of those that lead there the oldest decides
    void announce(const ServicePort& port, std::size_t age = kYoungest,
                  bool service_upstream = false);

    /// The name of the backend, which is in the table from then on.
    /// @error why there is none, as a sentence without its end.
    [[nodiscard]] std::expected<std::string, std::string> find(const ServicePort& port);

    /// What the Service says that its pods speak there: `appProtocol`. Nothing where it says nothing, or
    /// something that has no meaning here.
    [[nodiscard]] std::optional<table::BackendProtocol> protocol_of(const ServicePort& port) const;

    /// Whether somebody can be asked. @pre find() returned it.
    [[nodiscard]] bool is_ready(const std::string& backend) const;

    [[nodiscard]] BackendMap take() { return std::move(backends_); }

private:
    struct Wanted {
        std::size_t age;
        bool service_upstream;
    };

    [[nodiscard]] std::string name_of(const ServicePort& port) const;
    /// The Service's own address, where it is wanted and there is one.
    [[nodiscard]] std::optional<table::Endpoint> own_address(const ServicePort& port,
                                                             const kube::Service& service,
                                                             const kube::Service::Port& found);
    void find_endpoints(const ServicePort& port, const kube::Service& service,
                        const kube::Service::Port& found, table::Backend& backend);

    const kube::Objects& objects_;
    const table::RoutingTable* before_;
    const Options& options_;
    Report& report_;
    std::map<kube::Key, std::vector<const kube::EndpointSlice*>> slices_;  ///< by Service
    /// What shares `<namespace>-<service>-<port>`: `a-b`/`c` and `a`/`b-c` do, TCP and UDP do.
    std::map<std::string, std::set<std::string>> sharing_;
    std::map<std::string, Wanted> wanted_;  ///< by the name that nothing shares
    BackendMap backends_;
};

}  // namespace breakwater::translate
