#pragma once
// Where a reactor's events come from: epoll, edge-triggered. The rest of the reactor does not know.
//
// One thread, but for wake().

#include <array>
#include <cstdint>

namespace breakwater {

class Watch;

class Poller {
public:
    Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;
    ~Poller();

    void add(Watch& watch);
    void remove(Watch& watch);

    /// Sleeps until there are events, wake() was called or `timeout_ms` is over (-1: no limit), sets
    /// the flags of the watches and hands each waiter that may go on to its reactor.
    /// @return whether wake() was called
    bool poll(int timeout_ms);
    /// Ends the poll() of now or else the next one. Any thread.
    void wake();

private:
    /// Small batches keep what an event needs in the cache.
    static constexpr int kBatch = 16;

    int epoll_fd_;
    int wake_fd_;
};

}  // namespace breakwater
