#pragma once
// From "something changed" to a table in force: waits until a burst is over, takes a snapshot of the
// source, translates it, says what is new about it, and hands the table on.
//
// One thread of its own, which everything it calls runs on: a publisher that compiles for a while holds
// up nothing but the next translation, and changes that come meanwhile make one translation.

#include <condition_variable>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "controller/coalescer.h"
#include "controller/source/source.h"
#include "controller/translate/translate.h"
#include "proxy/base/clock.h"

namespace breakwater::controller {

/// How one translation went, for the metrics (config_last_reload_successful and the like).
struct Outcome {
    bool successful = false;  ///< false: an exception on the way; the table before stays in force
    bool published = false;   ///< the table differs from the one before
    WallTime at;
    Duration took{};  ///< translation and publishing
    std::size_t warnings = 0;
    std::size_t errors = 0;
};

/// Whom the loop tells. All are called on its thread; those that are empty are not.
struct Outlets {
    /// A table that differs from the one before; first when all of the source was read once.
    std::function<void(std::shared_ptr<const table::RoutingTable>)> publish;
    /// All findings, where they differ from those before; after the table that they belong to.
    std::function<void(std::shared_ptr<const table::Findings>)> findings;
    /// After every turn.
    std::function<void(const Outcome&)> outcome;
};

struct LoopSettings {
    Duration quiet = std::chrono::milliseconds(5);
    /// A change is to show within 30 ms, in a cluster that never rests, too.
    Duration ceiling = std::chrono::milliseconds(20);
    /// Without a change, for what depends on the time alone: certificates that are about to expire.
    Duration recheck = std::chrono::hours(1);
    /// For Secrets that are looked for and not yet read, so that nothing is said to be missing that is merely on
    /// its way.
    Duration patience = std::chrono::seconds(1);
};

class Loop final : public source::Listener {
public:
    /// @param from   outlives the loop; start() starts it and stop() stops it.
    /// @param clock  outlives the loop, and ticks.
    Loop(source::Source& from, translate::Options options, translate::Checks checks,
         Outlets outlets, const Clock& clock = system_clock(), LoopSettings settings = {});
    ~Loop() override;

    /// Called once. @error of the source: there is no point in going on.
    [[nodiscard]] std::expected<void, std::string> start();
    /// Stops the source and the thread; a translation under way is finished. Any thread, any number
    /// of times.
    void stop();

    void on_change() override;

    /// The versions of Ingresses that are served, of the last table that was made; none before the
    /// first. Any thread.
    [[nodiscard]] translate::Accepted accepted() const;

private:
    void run();
    /// Waits for the end of a burst. @return false when it is time to stop.
    bool wait();
    void turn();
    void translate_and_publish(source::Snapshot& snapshot, Outcome& outcome);
    /// As often as it takes until the Secrets that it looks for have been asked for.
    translate::Translation translate_with_secrets(kube::Objects& objects);
    void tell(table::Findings findings, Outcome& outcome);

    source::Source& source_;
    const translate::Options options_;
    const translate::Checks checks_;
    const Outlets outlets_;
    const Clock& clock_;
    const LoopSettings settings_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Coalescer coalescer_;    ///< under the mutex
    bool stopping_ = false;  ///< under the mutex
    /// Under the mutex; written by the loop's thread alone, which reads it without.
    translate::Accepted accepted_;

    // Of the loop's thread.
    Deadline recheck_;
    std::shared_ptr<translate::Memory> memory_;
    std::shared_ptr<const table::RoutingTable> table_;
    std::shared_ptr<const table::Findings> findings_;

    std::mutex stop_mutex_;  ///< makes a second stop() wait for the first
    std::thread thread_;
};

}  // namespace breakwater::controller
