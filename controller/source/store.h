#pragma once
// The content of a source: objects as they were last read, and whether all of it was read once.
//
// Writers hand in batches; a batch takes effect whole, and the listener hears of it once. An object
// that did not change keeps its pointer, whatever the batch brings, and a batch that changes nothing
// is not told: a relist of an unchanged cluster costs nobody anything.
//
// Any thread; one lock, held for the change of the maps only.

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "controller/kube/objects.h"
#include "controller/source/source.h"

namespace breakwater::source {

/// What one list covers: a kind, and where they are not empty one namespace and one name.
struct Scope {
    kube::Kind kind = kube::Kind::ingress;
    std::string namespace_name;
    std::string name;

    [[nodiscard]] bool covers(const kube::ObjectId& id) const;
    auto operator<=>(const Scope&) const = default;
};

/// Changes that belong together. One object is named at most once, and what is forbidden is not listed.
struct Batch {
    /// These were read whole: what lies in them and is named by neither `put` nor `broken` is gone.
    std::vector<Scope> listed;
    std::vector<Scope> forbidden = {};  ///< may not be read, and need not be
    std::vector<kube::Object> put;
    std::vector<kube::ObjectId> removed;
    std::vector<kube::Broken> broken;  ///< the version before, where there is one, stays
};

class Store {
public:
    /// @param awaited  the store is synced once each of them stood in a batch's `listed` or `forbidden`.
    explicit Store(std::set<Scope> awaited) : awaited_(std::move(awaited)) {}

    /// Before the first batch; the listener outlives the last one. Without one, nobody is told.
    void tell(Listener& listener) { listener_ = &listener; }

    /// An object which differs from the one held in nothing but `resource_version` counts as
    /// unchanged: the held one stays, with the version in which what we read last changed. An
    /// Ingress with another status takes its place, but nobody is told.
    void apply(Batch batch);
    /// The same in two steps, for one who holds a lock of his own for the first.
    /// @return whether there is a change to tell of
    bool take(Batch batch);
    void tell_of_change();

    [[nodiscard]] Snapshot snapshot() const;

private:
    [[nodiscard]] Extent extent_locked() const;
    bool apply_locked(Batch& batch);
    bool put(kube::Object& object);
    bool remove(const kube::ObjectId& id);
    bool mark_broken(kube::Broken& broken);
    bool drop_unlisted(const Batch& batch);
    /// @return whether that was unknown
    bool note(const Scope& scope, bool forbidden);

    mutable std::mutex mutex_;
    kube::Objects objects_;
    std::set<Scope> awaited_;
    Listener* listener_ = nullptr;
};

}  // namespace breakwater::source
