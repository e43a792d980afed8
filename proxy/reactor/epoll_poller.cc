#include "proxy/reactor/epoll_poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/socket.h"

namespace breakwater {
namespace {

void note(Watch& watch, std::uint32_t events) {
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) watch.hung_up = true;
    if (events & EPOLLIN) watch.readable = true;
    if (events & EPOLLOUT) watch.writable = true;
    // A peer that has only ended its own direction may still read: its end wakes no writer.
    if (events & (EPOLLHUP | EPOLLERR)) watch.writable = true;  // the next try says what has broken
    watch.wake_waiters();
}

}  // namespace

EpollPoller::EpollPoller()
    : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)), wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    CHECK(epoll_fd_ >= 0 && wake_fd_ >= 0);  // at start-up, before any client
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;  // no watch: the wake-up
    CHECK(epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) == 0);
}

EpollPoller::~EpollPoller() {
    close(wake_fd_);
    close(epoll_fd_);
}

void EpollPoller::add(Watch& watch) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watch;
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, watch.fd, &event) != 0) {
        watch.hung_up =
            true;  // out of memory, or max_user_watches: treated as a connection that broke
    }
}

void EpollPoller::remove(Watch& watch) { epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, watch.fd, nullptr); }

bool EpollPoller::poll(int timeout_ms) {
    std::array<epoll_event, kBatch> events;
    const int count = epoll_wait(epoll_fd_, events.data(), kBatch, timeout_ms);
    more_ = count == kBatch;
    if (count < 0) {
        CHECK(errno == EINTR);
        return false;
    }
    bool woken = false;
    for (int i = 0; i < count; ++i) {
        if (events[i].data.ptr) {
            note(*static_cast<Watch*>(events[i].data.ptr), events[i].events);
        } else {
            std::uint64_t wakes = 0;
            [[maybe_unused]] const auto got = read(wake_fd_, &wakes, sizeof wakes);
            woken = true;
        }
    }
    return woken;
}

std::unique_ptr<Socket> EpollPoller::make_socket(Reactor& reactor, Descriptor fd,
                                                 SocketState state) {
    auto socket = std::make_unique<Socket>(reactor, std::move(fd), state);
    socket->watch().enter();
    return socket;
}

void EpollPoller::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto put =
        write(wake_fd_, &one, sizeof one);  // full means awake already
}

}  // namespace breakwater
