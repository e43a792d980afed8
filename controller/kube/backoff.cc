#include "controller/kube/backoff.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace breakwater::kube {

Duration Backoff::next(Duration most, std::optional<Duration> asked) {
    constexpr int kMostDoublings = 20;
    const Duration step =
        std::min(pace_.first * (1 << std::min(failures_, kMostDoublings)), most / 2);
    ++failures_;
    std::uniform_int_distribution<Duration::rep> jitter(0, step.count());
    const Duration wait = step + Duration(jitter(random_));
    return std::max(wait, std::min(asked.value_or(Duration::zero()), pace_.most_asked));
}

Duration Backoff::after(const Trouble& trouble) {
    const bool nobody = trouble.cause == Trouble::Cause::unreachable;
    const Duration wait = next(nobody ? pace_.most_unreachable : pace_.most, trouble.retry_after);
    const bool forbidden = trouble.cause == Trouble::Cause::forbidden;
    return forbidden ? std::max(wait, pace_.forbidden) : wait;
}

std::chrono::seconds Backoff::between(std::chrono::seconds least, std::chrono::seconds most) {
    std::uniform_int_distribution<std::chrono::seconds::rep> any(least.count(), most.count());
    return std::chrono::seconds(any(random_));
}

void pause(const std::stop_token& stop, Duration time) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace breakwater::kube
