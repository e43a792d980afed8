#include "controller/report/addresses.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "controller/kube/field.h"
#include "controller/kube/parse.h"
#include "controller/translate/value.h"
#include "proxy/base/address.h"

namespace breakwater::report {
namespace {

using kube::Field;
using kube::LoadBalancerAddress;
using nlohmann::json;

void append_ips(Addresses& to, const std::vector<std::string>& ips) {
    for (const std::string& ip : ips) to.push_back({ip, {}});
}

std::string address_of_type(const Field& addresses, std::string_view type) {
    const auto all = addresses.list(
        [](const Field& one) { return std::pair(one["type"].text(), one["address"].text()); });
    const auto found = std::ranges::find_if(
        all, [&](const auto& one) { return one.first == type && !one.second.empty(); });
    return found == all.end() ? std::string() : found->second;
}

}  // namespace

Addresses in_order(Addresses addresses) {
    std::erase(addresses, LoadBalancerAddress{});
    std::ranges::sort(addresses);
    const auto twice = std::ranges::unique(addresses);
    addresses.erase(twice.begin(), twice.end());
    return addresses;
}

Addresses addresses_of_list(std::string_view list) {
    Addresses out;
    for (std::string& one : translate::split_list(list)) {
        out.push_back(ip_or_hostname(std::move(one)));
    }
    return in_order(std::move(out));
}

Addresses addresses_of_service(const json& service) {
    std::optional<kube::Mistake> ignored;
    const Field root(service, ignored);
    const Field spec = root["spec"];
    const std::string type = spec["type"].text("ClusterIP");
    if (type == "ExternalName") return in_order({{{}, spec["externalName"].text()}});
    Addresses out;
    if (type == "LoadBalancer") out = kube::read_load_balancer(root["status"]);
    if (type != "ClusterIP") append_ips(out, spec["externalIPs"].text_list());
    if (type != "LoadBalancer" && out.empty()) {
        const std::string ip = spec["clusterIP"].text();
        if (ip != "None") out.push_back({ip, {}});
    }
    return in_order(std::move(out));
}

std::string address_of_node(const json& node, bool internal) {
    std::optional<kube::Mistake> ignored;
    const Field addresses = Field(node, ignored)["status"]["addresses"];
    std::string external;
    if (!internal) external = address_of_type(addresses, "ExternalIP");
    return external.empty() ? address_of_type(addresses, "InternalIP") : external;
}

LoadBalancerAddress ip_or_hostname(std::string text) {
    if (IpAddress::parse(text)) return {std::move(text), {}};
    return {{}, std::move(text)};
}

std::string to_string(const Addresses& addresses) {
    std::string out;
    for (const LoadBalancerAddress& one : addresses) {
        out += (out.empty() ? "" : ", ") + (one.ip.empty() ? one.hostname : one.ip);
    }
    return out;
}

json load_balancer_of(const Addresses& addresses) {
    json all = json::array();
    for (const LoadBalancerAddress& one : addresses) {
        json entry = json::object();
        if (!one.ip.empty()) entry["ip"] = one.ip;
        if (!one.hostname.empty()) entry["hostname"] = one.hostname;
        all.push_back(std::move(entry));
    }
    if (all.empty()) return json::object();
    return {{"ingress", std::move(all)}};
}

}  // namespace breakwater::report
