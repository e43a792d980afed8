#pragma once
// Where objects come from: a cluster (cluster.h) or a directory of manifests (manifests.h).
//
// A source keeps a Store (store.h) up to date on threads of its own and says that something changed;
// whoever listens takes a snapshot when it suits him. Reconciling is from the state, never from the
// event: what happened between two snapshots is not told.

#include <expected>
#include <string>

#include "controller/kube/shelf.h"

namespace breakwater::source {

/// All objects at one moment. Cheap to copy; see kube::Shelf for what pointer equality means.
struct Snapshot {
    kube::Objects objects;
    /// Everything that the source covers was read whole at least once. Until then the objects are a
    /// part of the truth: a table made of them would answer 404 for what is merely not read yet.
    bool synced = false;
};

/// Who wants to know that a snapshot would now be another one.
class Listener {
public:
    virtual ~Listener() = default;
    /// Comes on a thread of the source, which it must not hold up, and never while a lock of the
    /// source is held: taking the snapshot in here is allowed. Several threads may call at once.
    virtual void on_change() = 0;
};

class Source {
public:
    virtual ~Source() = default;

    /// Begins to read and returns at once; the listener must outlive stop(). Called once.
    /// @error one sentence: why there is no point in going on (no such directory, credentials that
    ///        cannot be read). What may heal by itself, such as a server that does not answer, is no
    ///        error: it is logged and tried again.
    [[nodiscard]] virtual std::expected<void, std::string> start(Listener& listener) = 0;
    /// Ends the threads, within 100 ms. No call to the listener begins after it returned.
    virtual void stop() = 0;
    /// Any thread, also before start() and after stop().
    [[nodiscard]] virtual Snapshot snapshot() const = 0;
};

}  // namespace breakwater::source
