#pragma once
// A request or a session at an endpoint, from the pick to its end: that of the request's arena, when the client has
// its answer, or of the connection that is passed on. One worker.

#include "proxy/base/clock.h"
#include "proxy/base/ref.h"
#include "proxy/upstream/pool.h"

namespace breakwater::upstream {

/// Counted where the pool's policy asks for it, else nothing. Ends with its own end.
class Visit {
public:
    Visit() = default;
    Visit(Visit&&) = default;
    Visit& operator=(Visit&&) = delete;
    ~Visit() { leave(); }

    /// Leaves where it was.
    void move_to(const Ref<Pool>& pool, const Ref<Endpoint>& endpoint);
    void leave();

private:
    Ref<Pool> pool_;  ///< null: nowhere
    Ref<Endpoint> endpoint_;
    Time began_{};
};

}  // namespace breakwater::upstream
