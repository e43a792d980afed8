#pragma once
// Work on a thread of its own, again and again: when its time has come, and soon after somebody has
// said that there is something to do.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "proxy/base/clock.h"

namespace breakwater::report {

class Periodic {
public:
    /// Returns how long to wait for the next time, should nobody wake it.
    using Work = std::function<Duration(const std::stop_token&)>;

    /// @param least  from the end of one turn to the next, however often it is woken.
    Periodic(Duration least, Work work) : least_(least), work_(std::move(work)) {}

    void start();
    /// Ends the thread as soon as the work at hand returns. May be called without start(), or twice.
    void stop();
    /// Any thread, at any time.
    void wake();

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
