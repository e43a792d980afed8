#include "controller/source/store.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace breakwater::source {
namespace {

template <class T>
bool same_status(const T&, const T&) {
    return true;
}
bool same_status(const kube::Ingress& held, const kube::Ingress& now) {
    return held.status.addresses == now.status.addresses;
}

}  // namespace

bool Scope::covers(const kube::ObjectId& id) const {
    return id.kind == kind && (namespace_name.empty() || namespace_name == id.key.namespace_name) &&
           (name.empty() || name == id.key.name);
}

void Store::apply(Batch batch) {
    if (take(std::move(batch))) tell_of_change();
}

bool Store::take(Batch batch) {
    const std::scoped_lock lock(mutex_);
    return apply_locked(batch);
}

void Store::tell_of_change() {
    if (listener_) listener_->on_change();
}

Snapshot Store::snapshot() const {
    const std::scoped_lock lock(mutex_);
    return {objects_, extent_locked()};
}

Extent Store::extent_locked() const {
    if (awaited_.empty()) return Extent::whole;
    const auto is_of_secrets = [](const Scope& scope) { return scope.kind == kube::Kind::secret; };
    return std::ranges::all_of(awaited_, is_of_secrets) ? Extent::all_but_secrets : Extent::partial;
}

bool Store::apply_locked(Batch& batch) {
    bool changed = drop_unlisted(batch);
    for (kube::Object& object : batch.put) changed |= put(object);
    for (const kube::ObjectId& id : batch.removed) changed |= remove(id);
    for (kube::Broken& broken : batch.broken) changed |= mark_broken(broken);
    for (const Scope& scope : batch.listed) changed |= note(scope, false);
    for (const Scope& scope : batch.forbidden) changed |= note(scope, true);
    return changed;
}

bool Store::note(const Scope& scope, bool forbidden) {
    bool changed = awaited_.erase(scope) > 0;
    if (forbidden) {
        changed |= objects_.forbidden.insert(scope.kind).second;
    } else {
        changed |= objects_.forbidden.erase(scope.kind) > 0;
    }
    return changed;
}

bool Store::put(kube::Object& object) {
    const kube::ObjectId id{kube::kind_of(object), kube::meta_of(object).key()};
    bool changed = objects_.broken.erase(id) > 0;
    objects_.with_shelf(id.kind, [&]<class T>(kube::Shelf<T>& shelf) {
        auto& now = std::get<std::shared_ptr<const T>>(object);
        const T* held = shelf.find(id.key);
        const bool same = held && kube::same_but_for_version(*held, *now);
        if (same && same_status(*held, *now)) return;
        shelf.put(std::move(now));
        changed |= !same;
    });
    return changed;
}

bool Store::remove(const kube::ObjectId& id) {
    bool changed = objects_.broken.erase(id) > 0;
    objects_.with_shelf(id.kind, [&](auto& shelf) {
        if (!shelf.find(id.key)) return;
        shelf.remove(id.key);
        changed = true;
    });
    return changed;
}

bool Store::mark_broken(kube::Broken& broken) {
    const auto [at, added] = objects_.broken.try_emplace(broken.id, broken.mistake);
    if (added) return true;
    if (at->second == broken.mistake) return false;
    at->second = std::move(broken.mistake);
    return true;
}

bool Store::drop_unlisted(const Batch& batch) {
    std::set<kube::ObjectId> named;
    if (batch.listed.empty()) return false;
    for (const kube::Object& object : batch.put) {
        named.insert({kube::kind_of(object), kube::meta_of(object).key()});
    }
    for (const kube::Broken& broken : batch.broken) named.insert(broken.id);

    std::vector<kube::ObjectId> gone;
    const auto consider = [&](const Scope& scope, kube::ObjectId id) {
        if (scope.covers(id) && !named.contains(id)) gone.push_back(std::move(id));
    };
    for (const Scope& scope : batch.listed) {
        objects_.with_shelf(scope.kind, [&](const auto& shelf) {
            for (const auto& item : shelf) consider(scope, {scope.kind, item->meta.key()});
        });
        for (const auto& [id, mistake] : objects_.broken) consider(scope, id);
    }
    bool changed = false;
    for (const kube::ObjectId& id : gone) changed |= remove(id);
    return changed;
}

}  // namespace breakwater::source
