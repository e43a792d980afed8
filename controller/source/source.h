#pragma once
// Where objects come from: a cluster (cluster.h) or a directory of manifests (manifests.h).
//
// A source keeps a Store (store.h) up to date on threads of its own and says that something changed;
// whoever listens takes a snapshot when it suits him. Reconciling is from the state, never from the
// event: what happened between two snapshots is not told.

#include <cstdint>
#include <expected>
#include <string>

#include "controller/kube/shelf.h"
#include "proxy/base/clock.h"

namespace breakwater::source {

/// How much of what a source covers was read whole at least once.
enum class Extent : std::uint8_t {
    /// The objects are a part of the truth: a table made of them would answer 404 for what is merely not
    /// read yet.
    partial,
    all_but_secrets,  ///< enough to say which Secrets are of use: Source::keep()
    whole,
};

/// All objects at one moment. Cheap to copy; see kube::Shelf for what pointer equality means.
struct Snapshot {
    kube::Objects objects;
    Extent extent = Extent::partial;

    [[nodiscard]] bool synced() const { return extent == Extent::whole; }
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

    /// Says which Secrets are of use: a source may drop the others and not read them any more, and one that
    /// has many does not read any before it was told. Those that it does not know yet it reads now. Blocks
    /// until each of them was asked for once, or is known not to be there; not longer than `patience`, nor
    /// after stop(). What could not be read is tried again without anybody waiting for it.
    /// @return whether some have come, so that a snapshot has more to say. One thread at a time.
    virtual bool keep(const kube::Keys& secrets, Duration patience) {
        (void)secrets, (void)patience;
        return false;  // it keeps all that there are
    }
};

}  // namespace breakwater::source
