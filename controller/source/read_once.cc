#include "controller/source/read_once.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace breakwater::source {
namespace {

class Change final : public Listener {
public:
    void on_change() override {
        {
            const std::scoped_lock lock(mutex_);
            came_ = true;
        }
        came_now_.notify_all();
    }

    /// @return false where none came in time
    bool wait_until(std::chrono::steady_clock::time_point limit) {
        std::unique_lock lock(mutex_);
        const bool came = came_now_.wait_until(lock, limit, [this] { return came_; });
        came_ = false;
        return came;
    }

private:
    std::mutex mutex_;
    std::condition_variable came_now_;
    bool came_ = false;
};

}  // namespace

std::expected<kube::Objects, std::string> read_once(Source& from, Duration limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    Change change;
    if (const auto started = from.start(change); !started) return std::unexpected(started.error());
    Snapshot snapshot = from.snapshot();
    while (!snapshot.synced() && change.wait_until(end)) snapshot = from.snapshot();
    from.stop();
    if (snapshot.synced()) return std::move(snapshot.objects);
    return std::unexpected("not everything could be read in time");
}

}  // namespace breakwater::source
