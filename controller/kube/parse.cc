#include "controller/kube/parse.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "controller/kube/field.h"
#include "controller/kube/json_member.h"
#include "controller/kube/timestamp.h"
#include "proxy/base/crypto/base64.h"

namespace breakwater::kube {
namespace {

using nlohmann::json;

struct KindRow {
    Kind kind;
    std::string_view group;  ///< of `apiVersion`; empty for the core group
    std::string_view version;
};
constexpr std::array<KindRow, kKinds> kKindRows{{
    {Kind::ingress, "networking.k8s.io", "v1"},
    {Kind::ingress_class, "networking.k8s.io", "v1"},
    {Kind::service, "", "v1"},
    {Kind::endpoint_slice, "discovery.k8s.io", "v1"},
    {Kind::secret, "", "v1"},
    {Kind::config_map, "", "v1"},
    {Kind::name_space, "", "v1"},
}};

std::string api_version_of(const KindRow& row) {
    return row.group.empty() ? std::string(row.version)
                             : std::string(row.group).append("/").append(row.version);
}

constexpr std::string_view kServiceNameLabel = "kubernetes.io/service-name";
constexpr std::string_view kDefaultClassAnnotation = "ingressclass.kubernetes.io/is-default-class";
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::string_view kDefaultNamespace = "default";

Meta read_meta(Kind kind, const Field& root) {
    const Field field = root["metadata"];
    Meta meta;
    if (is_namespaced(kind)) meta.namespace_name = field["namespace"].text(kDefaultNamespace);
    meta.name = field["name"].text();
    if (meta.name.empty()) field["name"].mistake("is missing");
    meta.uid = field["uid"].text();
    meta.resource_version = field["resourceVersion"].text();
    const Field created = field["creationTimestamp"];
    if (created.present()) {
        const auto at = parse_timestamp(created.text());
        if (at) {
            meta.creation_timestamp = std::chrono::floor<std::chrono::seconds>(*at);
        } else {
            created.mistake("must be a time as in RFC 3339");
        }
    }
    return meta;
}

Texts read_annotations(const Field& root) {
    Texts annotations = root["metadata"]["annotations"].texts();
    if (const auto last = annotations.find(kLastApplied); last != annotations.end()) {
        annotations.erase(last);
    }
    return annotations;
}

Protocol read_protocol(const Field& field) {
    return field.one_of<Protocol>(
        {{"TCP", Protocol::tcp}, {"UDP", Protocol::udp}, {"SCTP", Protocol::sctp}}, Protocol::tcp);
}

// Ingress

Ingress::Backend read_backend(const Field& field) {
    Ingress::Backend backend;
    const Field service = field["service"];
    const Field resource = field["resource"];
    if (service.present() && resource.present()) {
        field.mistake("must name a service or a resource, not both");
    } else if (resource.present()) {
        backend.resource = resource["kind"].text() + "/" + resource["name"].text();
    } else if (service.present()) {
        backend.service_name = service["name"].text();
        if (backend.service_name.empty()) service["name"].mistake("is missing");
        backend.port.name = service["port"]["name"].text();
        backend.port.number = service["port"]["number"].port();
    }
    return backend;
}

Ingress::Path read_path(const Field& field) {
    using PathType = Ingress::PathType;
    Ingress::Path path;
    path.path = field["path"].text();
    const Field type = field["pathType"];
    if (!type.present()) type.mistake("is missing");
    path.path_type =
        type.one_of<PathType>({{"Exact", PathType::exact},
                               {"Prefix", PathType::prefix},
                               {"ImplementationSpecific", PathType::implementation_specific}},
                              PathType::implementation_specific);
    const Field backend = field["backend"];
    if (!backend.present()) backend.mistake("is missing");
    path.backend = read_backend(backend);
    return path;
}

Ingress read_ingress(const Field& root) {
    const Field spec = root["spec"];
    Ingress ingress;
    ingress.ingress_class_name = spec["ingressClassName"].text();
    if (spec["defaultBackend"].present()) {
        ingress.default_backend = read_backend(spec["defaultBackend"]);
    }
    ingress.tls = spec["tls"].list([](const Field& tls) {
        return Ingress::Tls{tls["hosts"].text_list(), tls["secretName"].text()};
    });
    ingress.rules = spec["rules"].list([](const Field& rule) {
        return Ingress::Rule{rule["host"].text(), rule["http"]["paths"].list(read_path)};
    });
    ingress.status.addresses = read_load_balancer(root["status"]);
    return ingress;
}

IngressClass read_ingress_class(const Field& root) {
    IngressClass out;
    out.controller = root["spec"]["controller"].text();
    out.has_parameters = root["spec"]["parameters"].present();
    out.is_default = root["metadata"]["annotations"][kDefaultClassAnnotation].text() == "true";
    return out;
}

// Service and EndpointSlice

Service::Port read_service_port(const Field& field) {
    Service::Port port;
    port.name = field["name"].text();
    port.port = field["port"].port();
    if (!field["port"].present()) field["port"].mistake("is missing");
    port.target_port = field["targetPort"].port_ref();
    port.protocol = read_protocol(field["protocol"]);
    port.app_protocol = field["appProtocol"].text();
    return port;
}

Service read_service(const Field& root) {
    using Type = Service::Type;
    const Field spec = root["spec"];
    Service service;
    service.type = spec["type"].one_of<Type>({{"ClusterIP", Type::cluster_ip},
                                              {"NodePort", Type::node_port},
                                              {"LoadBalancer", Type::load_balancer},
                                              {"ExternalName", Type::external_name}},
                                             Type::cluster_ip);
    service.cluster_ips = spec["clusterIPs"].text_list();
    std::string first_ip = spec["clusterIP"].text();
    if (service.cluster_ips.empty() && !first_ip.empty()) {
        service.cluster_ips.push_back(std::move(first_ip));
    }
    service.ports = spec["ports"].list(read_service_port);
    service.external_name = spec["externalName"].text();
    return service;
}

EndpointSlice::Endpoint read_endpoint(const Field& field) {
    EndpointSlice::Endpoint endpoint;
    endpoint.addresses = field["addresses"].text_list();
    const Field conditions = field["conditions"];
    endpoint.ready = conditions["ready"].boolean(true);
    endpoint.serving = conditions["serving"].boolean(endpoint.ready);
    endpoint.terminating = conditions["terminating"].boolean(false);
    endpoint.hint_zones =
        field["hints"]["forZones"].list([](const Field& zone) { return zone["name"].text(); });
    return endpoint;
}

EndpointSlice read_endpoint_slice(const Field& root) {
    using AddressType = EndpointSlice::AddressType;
    EndpointSlice slice;
    slice.service_name = root["metadata"]["labels"][kServiceNameLabel].text();
    const Field type = root["addressType"];
    if (!type.present()) type.mistake("is missing");
    slice.address_type = type.one_of<AddressType>(
        {{"IPv4", AddressType::ipv4}, {"IPv6", AddressType::ipv6}, {"FQDN", AddressType::fqdn}},
        AddressType::ipv4);
    slice.endpoints = root["endpoints"].list(read_endpoint);
    slice.ports = root["ports"].list([](const Field& port) {
        return EndpointSlice::Port{port["name"].text(), port["port"].port(),
                                   read_protocol(port["protocol"])};
    });
    return slice;
}

// Secret and ConfigMap

Secret read_secret(const Field& root) {
    Secret secret;
    const Field data = root["data"];
    for (auto& [name, text] : data.texts()) {
        auto bytes = crypto::decode_base64(text, crypto::Base64::lenient);
        if (!bytes) data[name].mistake("is not Base64");
        secret.data.emplace(name, std::move(bytes).value_or(""));
    }
    for (auto& [name, text] : root["stringData"].texts()) secret.data.insert_or_assign(name, text);
    return secret;
}

ConfigMap read_config_map(const Field& root) {
    ConfigMap out;
    out.data = root["data"].texts();
    return out;
}

template <class T>
Parsed read(const json& object, T (*read_rest)(const Field&)) {
    std::optional<Mistake> mistake;
    const Field root(object, mistake);
    T out = read_rest(root);
    out.meta = read_meta(T::kKind, root);
    if constexpr (std::is_same_v<T, Ingress>) out.meta.annotations = read_annotations(root);
    if (mistake) return std::unexpected(std::move(*mistake));
    return std::make_shared<const T>(std::move(out));
}

}  // namespace

std::vector<LoadBalancerAddress> read_load_balancer(const Field& status) {
    return status["loadBalancer"]["ingress"].list([](const Field& one) {
        return LoadBalancerAddress{one["ip"].text(), one["hostname"].text()};
    });
}

std::optional<Kind> kind_in(const json& object) {
    const std::string_view name = text_member(object, "kind");
    const std::string_view api_version = text_member(object, "apiVersion");
    const std::size_t slash = api_version.find('/');
    const std::string_view group =
        slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
    for (const KindRow& row : kKindRows) {
        if (to_string(row.kind) == name && row.group == group) return row.kind;
    }
    return std::nullopt;
}

Key key_in(Kind kind, const json& object) {
    const json& meta = member(object, "metadata");
    if (meta.is_null()) return {};
    Key key{std::string(text_member(meta, "namespace")), std::string(text_member(meta, "name"))};
    if (!is_namespaced(kind)) {
        key.namespace_name.clear();
    } else if (key.namespace_name.empty()) {
        key.namespace_name = kDefaultNamespace;
    }
    return key;
}

Parsed parse_as(Kind kind, const json& object) {
    switch (kind) {
        case Kind::ingress: return read<Ingress>(object, read_ingress);
        case Kind::ingress_class: return read<IngressClass>(object, read_ingress_class);
        case Kind::service: return read<Service>(object, read_service);
        case Kind::endpoint_slice: return read<EndpointSlice>(object, read_endpoint_slice);
        case Kind::secret: return read<Secret>(object, read_secret);
        case Kind::config_map: return read<ConfigMap>(object, read_config_map);
        case Kind::name_space: break;
    }
    return read<Namespace>(object, [](const Field&) { return Namespace(); });
}

Parsed parse_object(const json& object) {
    const auto kind = kind_in(object);
    if (!kind) return std::unexpected(Mistake{"kind", "is none that Breakwater reads"});
    const KindRow& row = kKindRows[static_cast<std::size_t>(*kind)];
    if (text_member(object, "apiVersion") != api_version_of(row)) {
        return std::unexpected(Mistake{"apiVersion", "must be " + api_version_of(row)});
    }
    return parse_as(*kind, object);
}

std::vector<const json*> unwrap_list(const json& document) {
    if (document.is_null()) return {};
    const std::string_view kind = text_member(document, "kind");
    const auto items = document.is_object() ? document.find("items") : document.end();
    if (!kind.ends_with("List") || items == document.end() || !items->is_array()) {
        return {&document};
    }
    std::vector<const json*> out;
    for (const json& item : *items) out.push_back(&item);
    return out;
}

}  // namespace breakwater::kube
