#pragma once
// All objects at one moment, as translate reads them.
//
// A Shelf is a map that is cheap to copy: copies share their content until one of them is changed,
// and only that one pays for a map of its own. So a snapshot costs a few pointers, and what was not
// touched between two snapshots is the same pointer in both, a whole shelf as well as an object.
//
// One Objects belongs to one thread; two copies may be used on two threads at once.

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "controller/kube/objects.h"

namespace breakwater::kube {

/// Objects of one kind by key, in the order of their keys.
template <class T>
class Shelf {
public:
    using Item = std::shared_ptr<const T>;
    using Map = std::map<Key, Item>;

    Shelf() = default;
    Shelf(const Shelf& other) : map_(other.share()), shared_(true) {}
    Shelf& operator=(const Shelf& other) {
        if (this != &other) {
            map_ = other.share();
            shared_.store(true, std::memory_order_relaxed);
        }
        return *this;
    }
    // A shelf that was moved from would have no map: copying is as cheap.

    [[nodiscard]] auto begin() const { return map_->begin(); }
    [[nodiscard]] auto end() const { return map_->end(); }
    [[nodiscard]] std::size_t size() const { return map_->size(); }
    [[nodiscard]] bool empty() const { return map_->empty(); }

    /// @return null where there is none; borrowed until the shelf changes.
    [[nodiscard]] const T* find(const Key& key) const {
        const auto found = map_->find(key);
        return found == map_->end() ? nullptr : found->second.get();
    }
    /// @return a null pointer where there is none.
    [[nodiscard]] Item get(const Key& key) const {
        const auto found = map_->find(key);
        return found == map_->end() ? nullptr : found->second;
    }
    /// Nothing was put or removed since one was copied from the other.
    [[nodiscard]] bool same_as(const Shelf& other) const { return map_ == other.map_; }

    /// In the place of the object with the same key, if there is one.
    void put(Item item) {
        Key key = item->meta.key();
        own().insert_or_assign(std::move(key), std::move(item));
    }
    /// For tests and other makers of objects.
    void put(T object) { put(std::make_shared<const T>(std::move(object))); }
    void remove(const Key& key) {
        if (map_->contains(key)) own().erase(key);
    }

private:
    std::shared_ptr<Map> share() const {
        shared_.store(true, std::memory_order_relaxed);
        return map_;
    }
    Map& own() {
        if (shared_.load(std::memory_order_relaxed)) {
            map_ = std::make_shared<Map>(*map_);
            shared_.store(false, std::memory_order_relaxed);
        }
        return *map_;
    }

    std::shared_ptr<Map> map_ = std::make_shared<Map>();
    /// Some other shelf may hold the map: it is not to be written. Never cleared by the other's end,
    /// which would need a count read across threads. Atomic because copying from a const shelf sets it.
    mutable std::atomic<bool> shared_{false};
};

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
