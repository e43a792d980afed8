#include "proxy/admin/clients.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace breakwater::admin {
namespace {

constexpr int kAcceptedInATurn = 16;

Time now() { return system_clock().now(); }

/// For poll().
int milliseconds_until(Deadline deadline) {
    using std::chrono::milliseconds;
    if (deadline.is_never()) return -1;
    const auto left = std::chrono::ceil<milliseconds>(deadline.at() - now());
    return static_cast<int>(std::max(left, milliseconds::zero()).count());
}

void clear(int eventfd) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t read = ::read(eventfd, &count, sizeof count);
}

}  // namespace

Clients::All::iterator Clients::oldest_that_waits() {
    return std::ranges::find_if(all_, [](const auto& one) { return one.second.waits(); });
}

bool Clients::has_room() {
    return all_.size() < kMostConnections || oldest_that_waits() != all_.end();
}

void Clients::turn() {
    std::vector<pollfd> polls{{woken_, POLLIN, 0}, {has_room() ? listening_ : -1, POLLIN, 0}};
    Deadline first;
    for (const auto& [who, one] : all_) {
        polls.push_back({one.waits() ? one.socket() : -1, one.events(), 0});
        first = std::min(first, one.deadline());
    }
    if (poll(polls.data(), polls.size(), milliseconds_until(first)) < 0) return;
    if (polls[0].revents != 0) clear(woken_);
    auto polled = polls.begin() + 2;
    for (auto at = all_.begin(); at != all_.end(); ++polled) {
        auto& [who, one] = *at;
        if (polled->revents != 0) {
            one.advance(now());
            if (one.phase() == Connection::Phase::asked) ask_(who, one.take_request());
        }
        const bool ends = one.phase() == Connection::Phase::over || one.deadline().passed(now());
        at = ends ? all_.erase(at) : std::next(at);
    }
    keep_to_bytes();
    for (int i = 0; polls[1].revents != 0 && i < kAcceptedInATurn && accept_one(); ++i) {
    }
}

void Clients::answer(std::uint64_t who, std::string text) {
    const auto found = all_.find(who);  // there: who has asked is not dropped
    found->second.answer(std::move(text), now());
}

void Clients::keep_to_bytes() {
    std::size_t bytes = 0;
    for (const auto& [who, one] : all_) bytes += one.held_bytes();
    while (bytes > kMostBytes && all_.size() > 1) {
        const auto oldest = oldest_that_waits();
        if (oldest == all_.end()) return;
        bytes -= oldest->second.held_bytes();
        all_.erase(oldest);
    }
}

bool Clients::accept_one() {
    if (!has_room()) return false;
    Descriptor socket(accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));  // until one is free
        }
        return false;
    }
    if (all_.size() >= kMostConnections) all_.erase(oldest_that_waits());
    auto shown = shown_ ? shown_() : nullptr;
    if (shown_ && !shown) return true;
    all_.try_emplace(next_++, std::move(socket), std::move(shown), largest_body_, now());
    return true;
}

}  // namespace breakwater::admin
