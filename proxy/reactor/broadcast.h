#pragma once
// Something that happens once, and the many that want to hear of it, each woken by the loop. What a Signal
// is for one.
//
// One thread.

#include "proxy/reactor/reactor.h"

namespace breakwater {

class Broadcast {
public:
    Broadcast() = default;
    Broadcast(const Broadcast&) = delete;
    Broadcast& operator=(const Broadcast&) = delete;

    [[nodiscard]] bool raised() const { return raised_; }
    /// @param listener  unlinked when it no longer wants to hear of it. Before raise().
    void tell(Waiter& listener) { listeners_.push_back(listener); }
    void raise(Reactor& loop) {
        raised_ = true;
        while (Waiter* listener = listeners_.pop_front()) loop.wake(*listener);
    }

private:
    bool raised_ = false;
    List<Waiter, WaiterTag> listeners_;
};

}  // namespace breakwater
