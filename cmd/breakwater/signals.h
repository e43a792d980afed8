#pragma once
// Signals as something to wait for, and a way for other threads to end that wait.
//
// Made on the main thread before any other is started, so that all inherit the blocked signals.

#include <atomic>
#include <string>

#include "proxy/base/clock.h"
#include "proxy/reactor/descriptor.h"

namespace breakwater::cmd {

class Signals {
public:
    enum class Event { none, signal, failure };

    Signals();

    /// Until SIGTERM, SIGINT or SIGQUIT came, fail() was called or the time is over (none).
    Event wait(Deadline deadline);
    /// Makes wait() return `failure`. Any thread.
    void fail();

private:
    Descriptor signals_;
    Descriptor failed_;
};

}  // namespace breakwater::cmd
