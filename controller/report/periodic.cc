#include "controller/report/periodic.h"

#include <algorithm>

namespace breakwater::report {

void Periodic::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Periodic::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void Periodic::wake() {
    {
        const std::scoped_lock lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
}

void Periodic::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const Rest rest = work_(stop);
        const Duration least = rest.may_be_woken ? least_ : std::max(least_, rest.time);
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, least, [] { return false; });
        changed_.wait_for(lock, stop, std::max(rest.time - least, Duration::zero()),
                          [this] { return woken_; });
        woken_ = false;
    }
}

}  // namespace breakwater::report
