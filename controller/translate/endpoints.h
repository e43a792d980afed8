#pragma once
// From a Service's port to the addresses that are ready, or where none is to those that still serve while
// they end: Service and EndpointSlice v1. A Service of type ExternalName has a name instead (external_name.h).
//
// Headless Services are like any other: their pods are in EndpointSlices, too.

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/kube/objects.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "proxy/table/backend.h"
#include "proxy/table/policy.h"

namespace breakwater::translate {

/// A Service's port, as an Ingress or a ConfigMap names it.
struct ServicePort {
    kube::Key service;
    kube::PortRef port;
    kube::Protocol protocol = kube::Protocol::tcp;

    [[nodiscard]] std::string port_text() const;  ///< its name, else its number; may be empty
    bool operator==(const ServicePort&) const = default;
};

/// @param service  null: there is none
/// @return null where a Service of type ExternalName, which need not have ports, is asked for one by number
/// @error why nothing can be sent there, as a sentence without its end.
[[nodiscard]] std::expected<const kube::Service::Port*, std::string> find_port(
    const ServicePort& wanted, const kube::Service* service, const Options& options);

/// What the Service says that its pods speak there: `appProtocol`. Nothing where it says nothing, or something
/// that has no meaning here.
/// @param service  null: there is none
[[nodiscard]] std::optional<table::BackendProtocol> protocol_of(const ServicePort& wanted,
                                                                const kube::Service* service);

using Slices = std::vector<std::shared_ptr<const kube::EndpointSlice>>;

/// What the endpoints of a Service's port are made from. Borrowed.
struct EndpointsInput {
    const ServicePort& wanted;
    const kube::Service& service;
    const kube::Service::Port& found;  ///< find_port() of the two
    const Slices& slices;              ///< of the Service
    bool service_upstream;             ///< its own address is wanted
};

/// Sorted, none twice.
[[nodiscard]] std::vector<table::Endpoint> make_endpoints(const EndpointsInput& input,
                                                          const Options& options, Report& report);

}  // namespace breakwater::translate
