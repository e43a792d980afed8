#pragma once
// Events by epoll(7), edge-triggered; sockets by a system call each try (socket.h).
//
// One thread, but for wake().

#include "proxy/reactor/poller.h"

namespace breakwater {

class EpollPoller final : public Poller {
public:
    EpollPoller();
    ~EpollPoller() override;

    void add(Watch& watch) override;
    void remove(Watch& watch) override;
    bool poll(int timeout_ms) override;
    void wake() override;
    std::unique_ptr<Socket> make_socket(Reactor& reactor, Descriptor fd,
                                        SocketState state) override;

    /// Readable when poll() has something to say, for who waits for more than this.
    [[nodiscard]] int fd() const { return epoll_fd_; }
    /// Whether the last poll() left events for the next.
    [[nodiscard]] bool more() const { return more_; }

private:
    /// Small batches keep what an event needs in the cache.
    static constexpr int kBatch = 16;

    int epoll_fd_;
    int wake_fd_;
    bool more_ = false;
};

}  // namespace breakwater
