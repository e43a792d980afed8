#pragma once
// All objects at one moment, as translate reads them. A snapshot of them is cheap, and so is finding out
// what has changed since another one (proxy/base/shelf.h).
//
// One Objects belongs to one thread; two copies may be used on two threads at once.

#include <map>
#include <set>
#include <string_view>

#include "controller/kube/objects.h"
#include "proxy/base/shelf.h"

namespace breakwater::kube {

/// A Key, borrowed.
struct KeyView {
    std::string_view namespace_name;
    std::string_view name;

    KeyView(std::string_view of_namespace, std::string_view of_name)
        : namespace_name(of_namespace), name(of_name) {}
    KeyView(const Key& key) : KeyView(key.namespace_name, key.name) {}
    KeyView(const Meta& meta) : KeyView(meta.namespace_name, meta.name) {}
    auto operator<=>(const KeyView&) const = default;
};

struct KeyOf {
    KeyView operator()(const auto& object) const { return object.meta; }
};

/// Objects of one kind in the order of their keys.
template <class T>
using Shelf = breakwater::Shelf<T, KeyOf>;

struct KeyItself {
    KeyView operator()(const Key& key) const { return key; }
};

/// A set of names, of objects that are there or not.
using Keys = breakwater::Shelf<Key, KeyItself>;

/// Everything that a source knows.
struct Objects {
    Shelf<Ingress> ingresses;
    Shelf<IngressClass> ingress_classes;
    Shelf<Service> services;
    Shelf<EndpointSlice> endpoint_slices;
    Shelf<Secret> secrets;
    Shelf<ConfigMap> config_maps;
    Shelf<Namespace> namespaces;  ///< none, but for those that a source was told to select
    /// Objects that could not be read; one whose last good version is still on its shelf is here, too.
    std::map<ObjectId, Mistake> broken;
    /// Kinds that we may not list: none of them is here, which says nothing about the cluster.
    std::set<Kind> forbidden;

    /// Calls `visit` with the shelf of that kind.
    template <class Visit>
    decltype(auto) with_shelf(Kind kind, Visit&& visit) {
        switch (kind) {
            case Kind::ingress: return visit(ingresses);
            case Kind::ingress_class: return visit(ingress_classes);
            case Kind::service: return visit(services);
            case Kind::endpoint_slice: return visit(endpoint_slices);
            case Kind::secret: return visit(secrets);
            case Kind::config_map: return visit(config_maps);
            case Kind::name_space: break;
        }
        return visit(namespaces);
    }
};

}  // namespace breakwater::kube
