#pragma once
// How long to wait before asking again, and the waiting.

#include <chrono>
#include <optional>
#include <random>
#include <stop_token>

#include "controller/kube/trouble.h"
#include "proxy/base/clock.h"

namespace breakwater::kube {

/// The rhythm of a reflector. The defaults are what a cluster sees; tests go faster.
struct Pace {
    Duration first = std::chrono::milliseconds(250);  ///< doubles with each failure in a row
    Duration most = std::chrono::seconds(30);
    Duration most_unreachable = std::chrono::seconds(5);  ///< asking nobody costs nobody anything
    Duration forbidden = std::chrono::seconds(5);    ///< at least, after 403: a person has to act
    Duration most_asked = std::chrono::seconds(60);  ///< of a Retry-After
    Duration short_watch = std::chrono::seconds(1);  ///< a watch that ends sooner is a failure
    Duration stall = std::chrono::seconds(150);      ///< bookmarks come about once a minute
    Duration list_time = std::chrono::seconds(60);   ///< for one page
    std::chrono::seconds least_watch = std::chrono::minutes(5);  ///< asked of the server, at random
    std::chrono::seconds most_watch = std::chrono::minutes(10);  ///< from here to there
    Duration watch_grace = std::chrono::seconds(30);  ///< beyond what was asked, before we end it
};

/// Doubling, with jitter so that replicas that failed together do not come back together.
class Backoff {
public:
    Backoff(const Pace& pace, std::uint64_t seed) : pace_(pace), random_(seed) {}

    /// One more failure in a row. Between the step and twice the step, and not above `most`; not
    /// below what the server asked for, as far as that is not above `most_asked`.
    [[nodiscard]] Duration next(Duration most, std::optional<Duration> asked = std::nullopt);
    /// The same for what went wrong with a request: how long is bearable depends on what it was.
    [[nodiscard]] Duration after(const Trouble& trouble);
    /// It works: the next failure is the first again.
    void reset() { failures_ = 0; }
    /// Some seconds in between.
    [[nodiscard]] std::chrono::seconds between(std::chrono::seconds least,
                                               std::chrono::seconds most);

private:
    Pace pace_;
    std::mt19937_64 random_;
    int failures_ = 0;
};

/// Sleeps; returns at once when asked to stop.
void pause(const std::stop_token& stop, Duration time);

}  // namespace breakwater::kube
