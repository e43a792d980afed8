#pragma once
// The objects of the Kubernetes API that Breakwater reads, and of each only the fields that it uses.
//
// Field meanings: the API documentation of networking.k8s.io/v1, v1 and discovery.k8s.io/v1. Absent
// fields hold the API's own default, so nobody downstream decides it again. What is checked is the
// shape only (types, ranges of ports, values of enumerations); whether a backend exists, a host is a
// DNS name or a certificate is one, is for translate.
//
// Pure values, shared as `std::shared_ptr<const T>` and never changed after parsing. Any thread.

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace breakwater::kube {

/// In the order of Object's alternatives.
enum class Kind : std::uint8_t {
    ingress,
    ingress_class,
    service,
    endpoint_slice,
    secret,
    config_map,
    name_space,
};
inline constexpr std::size_t kKinds = 7;

/// `Ingress`, as in the API's `kind`.
std::string_view to_string(Kind kind);
constexpr bool is_namespaced(Kind kind) {
    return kind != Kind::ingress_class && kind != Kind::name_space;
}

/// What tells two objects of one kind apart.
struct Key {
    std::string namespace_name;  ///< empty where the kind has none
    std::string name;

    /// `namespace/name`, or `name` alone where the kind has no namespace.
    [[nodiscard]] std::string to_string() const;
    /// The other way, for a kind that has namespaces. Nothing where it is not such as `namespace/name`; what
    /// each of both may consist of is not looked at.
    [[nodiscard]] static std::optional<Key> from(std::string_view text);
    auto operator<=>(const Key&) const = default;
};

using Texts = std::map<std::string, std::string, std::less<>>;

struct Meta {
    std::string namespace_name;  ///< empty where the kind has none
    std::string name;            ///< never empty
    std::string uid;             ///< empty for an object out of a manifest
    std::string resource_version;
    std::chrono::sys_seconds creation_timestamp{};  ///< the epoch where absent (manifests)
    /// Of an Ingress, without kubectl's copy of the whole object (last-applied-configuration). Those of
    /// others are not kept: endpoint controllers write a time into each EndpointSlice.
    Texts annotations;

    [[nodiscard]] Key key() const { return {namespace_name, name}; }
    bool operator==(const Meta&) const = default;
};

/// A port by name or by number: one of the two is set, or neither where the object names none.
struct PortRef {
    std::string name;
    std::uint16_t number = 0;
    bool operator==(const PortRef&) const = default;
};

enum class Protocol : std::uint8_t { tcp, udp, sctp };

/// Where clients find what an object offers: one of the two is set.
struct LoadBalancerAddress {
    std::string ip;
    std::string hostname;
    auto operator<=>(const LoadBalancerAddress&) const = default;
};

struct Ingress {
    static constexpr Kind kKind = Kind::ingress;
    enum class PathType : std::uint8_t { exact, prefix, implementation_specific };

    struct Backend {
        std::string
            service_name;  ///< empty: `resource` is set, or the object names no backend at all
        PortRef port;
        std::string resource;  ///< `Kind/name` of a resource backend; never beside a service
        bool operator==(const Backend&) const = default;
    };
    struct Path {
        std::string path;  ///< as written; empty where absent
        PathType path_type = PathType::implementation_specific;
        Backend backend;
        bool operator==(const Path&) const = default;
    };
    struct Rule {
        std::string host;         ///< empty: all hosts
        std::vector<Path> paths;  ///< empty: the rule leads to the default backend
        bool operator==(const Rule&) const = default;
    };
    struct Tls {
        std::vector<std::string> hosts;
        std::string secret_name;  ///< empty: the default certificate
        bool operator==(const Tls&) const = default;
    };

    /// What a controller has written, us perhaps. All are equal: it is no part of what is asked for,
    /// and two Ingresses that differ in nothing else are served alike.
    struct Status {
        std::vector<LoadBalancerAddress> addresses;  ///< `loadBalancer.ingress`, as it lies there
        bool operator==(const Status&) const { return true; }
    };

    Meta meta;
    std::string ingress_class_name;  ///< empty where absent; the old annotation stays an annotation
    std::optional<Backend> default_backend;
    std::vector<Tls> tls;
    std::vector<Rule> rules;
    Status status;
    bool operator==(const Ingress&) const = default;
};

struct IngressClass {
    static constexpr Kind kKind = Kind::ingress_class;

    Meta meta;
    std::string controller;   ///< `spec.controller`
    bool is_default = false;  ///< annotation ingressclass.kubernetes.io/is-default-class is `true`
    bool has_parameters = false;  ///< `spec.parameters`
    bool operator==(const IngressClass&) const = default;
};

struct Service {
    static constexpr Kind kKind = Kind::service;
    enum class Type : std::uint8_t { cluster_ip, node_port, load_balancer, external_name };

    struct Port {
        std::string name;  ///< empty where the only port has none
        std::uint16_t port = 0;
        PortRef target_port;  ///< neither set: the same as `port`
        Protocol protocol = Protocol::tcp;
        std::string app_protocol;  ///< `kubernetes.io/h2c` and the like; empty where absent
        bool operator==(const Port&) const = default;
    };

    Meta meta;
    Type type = Type::cluster_ip;
    std::vector<std::string> cluster_ips;  ///< empty, or {"None"} where headless; as text
    std::vector<Port> ports;
    std::string external_name;  ///< Type::external_name only
    bool operator==(const Service&) const = default;
};

struct EndpointSlice {
    static constexpr Kind kKind = Kind::endpoint_slice;
    enum class AddressType : std::uint8_t { ipv4, ipv6, fqdn };

    struct Endpoint {
        std::vector<std::string>
            addresses;             ///< as text; the API says that they are equal in meaning
        bool ready = true;         ///< absent reads as true
        bool serving = true;       ///< absent reads as `ready`
        bool terminating = false;  ///< absent reads as false
        std::vector<std::string> hint_zones;  ///< `hints.forZones[].name`
        bool operator==(const Endpoint&) const = default;
    };
    struct Port {
        std::string name;        ///< the name of the Service's port, which may be empty
        std::uint16_t port = 0;  ///< 0 where absent: the API then means all ports
        Protocol protocol = Protocol::tcp;
        bool operator==(const Port&) const = default;
    };

    Meta meta;
    std::string service_name;  ///< label kubernetes.io/service-name; empty: belongs to no Service
    AddressType address_type = AddressType::ipv4;
    std::vector<Endpoint> endpoints;
    std::vector<Port> ports;
    bool operator==(const EndpointSlice&) const = default;
};

struct Secret {
    static constexpr Kind kKind = Kind::secret;

    Meta meta;
    Texts data;  ///< decoded bytes; `stringData` wins over `data`. Never printed, never logged
    /// Empty where there is no such key. Good as long as this is.
    [[nodiscard]] std::string_view text_of(std::string_view key) const {
        const auto found = data.find(key);
        return found == data.end() ? std::string_view() : std::string_view(found->second);
    }
    bool operator==(const Secret&) const = default;
};

struct ConfigMap {
    static constexpr Kind kKind = Kind::config_map;

    Meta meta;
    Texts data;  ///< `data` only: nothing reads `binaryData`
    bool operator==(const ConfigMap&) const = default;
};

struct Namespace {
    static constexpr Kind kKind = Kind::name_space;

    Meta meta;
    bool operator==(const Namespace&) const = default;
};

/// Whether an object is the one before, read again: they differ in nothing but `resource_version`.
template <class T>
[[nodiscard]] bool same_but_for_version(const T& before, const T& now) {
    if (before == now) return true;
    if (before.meta.resource_version == now.meta.resource_version) return false;
    T aligned = before;
    aligned.meta.resource_version = now.meta.resource_version;
    return aligned == now;
}

/// Any of them; never a null pointer. Two equal pointers are an unchanged object.
using Object = std::variant<std::shared_ptr<const Ingress>, std::shared_ptr<const IngressClass>,
                            std::shared_ptr<const Service>, std::shared_ptr<const EndpointSlice>,
                            std::shared_ptr<const Secret>, std::shared_ptr<const ConfigMap>,
                            std::shared_ptr<const Namespace>>;
static_assert(std::variant_size_v<Object> == kKinds);

inline Kind kind_of(const Object& object) { return static_cast<Kind>(object.index()); }
/// Borrowed from the object.
const Meta& meta_of(const Object& object);

/// An object by name.
struct ObjectId {
    Kind kind = Kind::ingress;
    Key key;

    /// `Ingress shop/front`.
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const ObjectId&) const = default;
};

/// Why an object could not be read.
struct Mistake {
    std::string field;  ///< path into the object: `spec.rules[0].http.paths[1].pathType`
    std::string text;   ///< what is wrong there; no value of a Secret in it
    bool operator==(const Mistake&) const = default;
};

/// An object that could not be read: a Finding for whoever wrote it. Its last good version, where
/// there was one, stays in force.
struct Broken {
    ObjectId id;
    Mistake mistake;
    bool operator==(const Broken&) const = default;
};

}  // namespace breakwater::kube
