#include "proxy/table/dump.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proxy/table/dump_finding.h"
#include "proxy/table/dump_policy.h"

namespace breakwater::table {
namespace {

Json json(const Certificate& certificate) {
    return {{"name", certificate.name},
            {"fingerprint", certificate.fingerprint},
            {"key_type", certificate.key_type},
            {"dns_names", certificate.dns_names},
            {"not_after", fmt::format("{:%FT%TZ}", std::chrono::floor<std::chrono::seconds>(
                                                       certificate.not_after))}};
}

Json json(const std::shared_ptr<const Certificate>& certificate) {
    return certificate ? json(*certificate) : Json(nullptr);
}

Json json(const Origin& origin) {
    return {{"namespace", origin.namespace_name},
            {"ingress", origin.ingress},
            {"service", origin.service},
            {"service_port", origin.service_port}};
}

Json json(const L4Target& target) {
    Json out = {{"namespace", target.namespace_name},
                {"service", target.service},
                {"service_port", target.service_port},
                {"backend", target.backend}};
    if (target.send_proxy != ProxyVersion::none) {
        out["send_proxy"] = target.send_proxy == ProxyVersion::v1 ? "v1" : "v2";
    }
    return out;
}

Json json(const L4Service& service) {
    Json out = {{"transport", service.port.transport == Transport::tcp ? "TCP" : "UDP"},
                {"port", service.port.number},
                {"target", json(service.target)}};
    if (service.accept_proxy) out["accept_proxy"] = true;
    return out;
}

Json json(const Location& location) {
    Json out = {{"path", location.path},
                {"path_type", location.path_type == PathType::exact ? "Exact" : "Prefix"},
                {"origin", json(location.origin)},
                {"backend", location.backend}};
    Json policies = to_json_value(location.policies);
    if (!policies.empty()) out["policies"] = std::move(policies);
    return out;
}

Json json(const Host& host) {
    Json locations = Json::array();
    for (const Location& location : host.locations) locations.push_back(json(location));
    Json out = {{"name", host.name},
                {"certificate", json(host.certificate)},
                {"locations", std::move(locations)},
                {"fallback", json(host.fallback)}};
    if (host.rsa_certificate) out["rsa_certificate"] = json(*host.rsa_certificate);
    if (host.passthrough) out["passthrough"] = json(*host.passthrough);
    Json policies = to_json_value(host.policies);
    if (!policies.empty()) out["policies"] = std::move(policies);
    return out;
}

Json json(const Backend& backend) {
    Json endpoints = Json::array();
    for (const Endpoint& endpoint : backend.endpoints) {
        endpoints.push_back(endpoint.address.to_string());
    }
    Json out = {{"name", backend.name}, {"endpoints", std::move(endpoints)}};
    if (backend.external) {
        out["external"] = {{"name", backend.external->name}, {"port", backend.external->port}};
    }
    Json policies = to_json_value(backend.policies);
    if (!policies.empty()) out["policies"] = std::move(policies);
    return out;
}

/// What users wrote may not be valid UTF-8; a dump never fails on it.
std::string text(const Json& value) {
    return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string to_json(const RoutingTable& table) {
    Json hosts = Json::array();
    for (const auto& host : table.hosts) hosts.push_back(json(*host));
    Json backends = Json::array();
    for (const auto& backend : table.backends) backends.push_back(json(*backend));
    Json out = {{"settings", to_json_value(table.settings)},
                {"default_certificate", json(table.default_certificate)},
                {"hosts", std::move(hosts)},
                {"catch_all", table.catch_all ? json(*table.catch_all) : Json(nullptr)},
                {"backends", std::move(backends)}};
    if (table.ticket_secret) out["ticket_secret"] = table.ticket_secret->name;
    for (const auto& service : table.l4_services) out["l4_services"].push_back(json(*service));
    return text(out);
}

std::string to_json(const Findings& findings) { return text(to_json_value(findings)); }

}  // namespace breakwater::table
