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
        const Duration most = work_(stop);
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, least_, [] { return false; });
        changed_.wait_for(lock, stop, std::max(most - least_, Duration::zero()),
                          [this] { return woken_; });
        woken_ = false;
    }
}

}  // namespace breakwater::report
