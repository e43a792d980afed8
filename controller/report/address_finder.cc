#include "controller/report/address_finder.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "controller/kube/target.h"
#include "controller/report/replicas.h"

namespace breakwater::report {
namespace {

constexpr kube::Resource kNodes{"/api/v1", "", "nodes"};

}  // namespace

std::expected<Addresses, kube::Trouble> AddressFinder::find(kube::ApiClient& client,
                                                            const std::stop_token& stop) const {
    if (!options_.publish_status_address.empty()) {
        return addresses_of_list(options_.publish_status_address);
    }
    if (!options_.publish_service) return of_nodes(client, stop);
    const kube::Key& key = *options_.publish_service;
    const auto service = client.get(
        {kube::resource_of(kube::Kind::service), key.namespace_name, key.name, {}}, stop);
    if (!service) return std::unexpected(service.error());
    return addresses_of_service(*service);
}

std::expected<Addresses, kube::Trouble> AddressFinder::of_nodes(kube::ApiClient& client,
                                                                const std::stop_token& stop) const {
    if (options_.own_pod.name.empty() || options_.own_pod.namespace_name.empty()) {
        return std::unexpected(kube::Trouble{
            kube::Trouble::Cause::server,
            "without --publish-service and --publish-status-address the addresses are those of our "
            "pods' nodes, and POD_NAME and POD_NAMESPACE, which would tell our pod, are not set"});
    }
    const auto replicas = find_replicas(client, options_.own_pod, stop);
    if (!replicas) return std::unexpected(replicas.error());
    std::set<std::string> nodes;
    for (const Replica& replica : *replicas) {
        if (replica.ready && !replica.node.empty()) nodes.insert(replica.node);
    }
    Addresses out;
    for (const std::string& name : nodes) {
        const auto node = client.get({kNodes, {}, name, {}}, stop);
        if (!node && node.error().reason == "NotFound") continue;  // it has just left
        if (!node) return std::unexpected(node.error());
        out.push_back(ip_or_hostname(address_of_node(*node, options_.node_internal_ip)));
    }
    return in_order(std::move(out));
}

}  // namespace breakwater::report
