#pragma once
// Work on a thread of its own, again and again: when its time has come, and soon after somebody has
// said that there is something to do.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "controller/kube/trouble.h"
#include "proxy/base/clock.h"

namespace breakwater::report {

class Periodic {
public:
    /// Until the next time.
    struct Rest {
        Duration time;
        bool may_be_woken = true;  ///< false: after trouble, asking sooner would only make it worse
    };
    using Work = std::function<Rest(const std::stop_token&)>;

    /// @param least  from the end of one turn to the next, however often it is woken.
    Periodic(Duration least, Work work) : least_(least), work_(std::move(work)) {}

    void start();
    /// Ends the thread as soon as the work at hand returns. May be called without start(), or twice.
    void stop();
    /// Any thread, at any time.
    void wake();

    /// After what concerns all that it does: no right, no server.
    static Rest after(const kube::Trouble& trouble) {
        const Duration asked = trouble.retry_after.value_or(Duration::zero());
        return {.time = std::max<Duration>(std::chrono::seconds(10), asked), .may_be_woken = false};
    }

private:
    void run(const std::stop_token& stop);

    const Duration least_;
    const Work work_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool woken_ = false;  ///< under the mutex
    std::jthread thread_;
};

}  // namespace breakwater::report
