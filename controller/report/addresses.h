#pragma once
// What Ingresses' status shall say: the addresses that clients connect to. From a flag, a Service or the
// nodes that our pods run on, as ingress-nginx takes them.
//
// Pure. Any thread.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "controller/kube/objects.h"

namespace breakwater::report {

/// Sorted, none twice.
using Addresses = std::vector<kube::LoadBalancerAddress>;

[[nodiscard]] Addresses in_order(Addresses addresses);

/// `--publish-status-address`: IP addresses and host names between commas.
[[nodiscard]] Addresses addresses_of_list(std::string_view list);

/// `--publish-service`: of a LoadBalancer what it was given and its external IPs; of a NodePort its
/// external IPs, else its cluster IP; of the others their cluster IP, or the name that they stand for.
/// @param service  as the API server has it; what is not as it should be counts as absent
[[nodiscard]] Addresses addresses_of_service(const nlohmann::json& service);

/// A node's external address, else its internal one. Empty where it has neither.
/// @param internal  `--report-node-internal-ip-address`: never the external one
[[nodiscard]] std::string address_of_node(const nlohmann::json& node, bool internal);

/// As an IP address where the text is one, else as a host name.
[[nodiscard]] kube::LoadBalancerAddress ip_or_hostname(std::string text);

/// `192.0.2.1, lb.example.com`: for the log.
[[nodiscard]] std::string to_string(const Addresses& addresses);

/// `status.loadBalancer`, as the API has it.
[[nodiscard]] nlohmann::json load_balancer_of(const Addresses& addresses);

}  // namespace breakwater::report
