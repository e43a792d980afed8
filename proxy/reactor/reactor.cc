#include "proxy/reactor/reactor.h"

#include <algorithm>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/reactor/epoll_poller.h"

namespace breakwater {
namespace {

/// A loop with nothing to do still turns this often, so that a watchdog can tell idle from stuck.
constexpr int kHeartbeatMs = 1000;

thread_local Reactor* current = nullptr;

void wake_if_waiting(Reactor& reactor, Waiter*& slot) {
    if (Waiter* waiter = std::exchange(slot, nullptr)) reactor.wake(*waiter);
}

}  // namespace

Reactor& this_reactor() {
    CHECK(current != nullptr);
    return *current;
}

void Watch::enter() {
    if (std::exchange(registered, true)) return;
    reactor.poller_->add(*this);
}

void Watch::leave() {
    if (!std::exchange(registered, false)) return;
    reactor.poller_->remove(*this);
}

void Watch::wake_waiters() {
    if (readable || hung_up) wake_if_waiting(reactor, reader);
    if (hung_up) wake_if_waiting(reactor, leaver);
    if (writable) wake_if_waiting(reactor, writer);
}

IoWait::~IoWait() {
    if (slot() == this) slot() = nullptr;
}

void IoWait::await_suspend(std::coroutine_handle<> waiting) {
    coroutine = waiting;
    CHECK(slot() == nullptr);
    slot() = this;
    watch_.reactor.timers().arm(*this, deadline_);
}

void IoWait::on_time() {
    timed_out_ = true;
    slot() = nullptr;
    watch_.reactor.wake(*this);
}

Done IoWait::await_resume() {
    disarm();
    // Ready and late at once is ready: the bytes are there.
    if (timed_out_ && !flag()) return fail(Err::io_timeout);
    return {};
}

void Sleep::await_suspend(std::coroutine_handle<> waiting) {
    coroutine = waiting;
    reactor_.timers().arm(*this, until_);
}

void Sleep::on_time() { reactor_.wake(*this); }

void NextTurn::await_suspend(std::coroutine_handle<> waiting) {
    coroutine = waiting;
    reactor_.next_turn_.push_back(*this);
}

Reactor::Reactor(const Clock& clock) : Reactor(clock, std::make_unique<EpollPoller>()) {}

Reactor::Reactor(const Clock& clock, std::unique_ptr<Poller> poller)
    : clock_(clock),
      now_(clock.now()),
      last_turn_(now_.time_since_epoch().count()),
      timers_(now_),
      poller_(std::move(poller)) {}

Reactor::~Reactor() {
    end_spawned(starting_);
    end_spawned(spawned_);
    end_spawned(ended_);
}

Time Reactor::last_turn() const {
    return Time(Time::duration(last_turn_.load(std::memory_order_relaxed)));
}

WallTime Reactor::wall() {
    if (wall_turn_ != turn_) {
        wall_turn_ = turn_;
        wall_ = clock_.wall();
    }
    return wall_;
}

void Reactor::stop() {
    post([this] { running_ = false; });
}

void Reactor::post(Work work) {
    bool first = false;
    {
        const std::lock_guard lock(mailbox_mutex_);
        first = mailbox_.empty();
        mailbox_.push_back(std::move(work));
    }
    if (first) poller_->wake();
}

void Reactor::run() {
    Reactor* const outer = std::exchange(current, this);
    while (running_) turn_once();
    end_spawned(starting_);
    end_spawned(spawned_);  // what is left ends on its own thread
    current = outer;
}

int Reactor::poll_timeout_ms() const {
    if (!ready_.empty() || !next_turn_.empty() || !starting_.empty()) return 0;
    if (!clock_.ticks()) return -1;
    const auto next = timers_.next();
    if (!next) return kHeartbeatMs;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - now_);
    return static_cast<int>(std::clamp<std::int64_t>(wait.count(), 0, kHeartbeatMs));
}

void Reactor::turn_once() {
    const bool mail = poller_->poll(poll_timeout_ms());
    now_ = clock_.now();
    last_turn_.store(now_.time_since_epoch().count(), std::memory_order_relaxed);
    ++turn_;
    timers_.advance(now_);
    if (mail) run_mailbox();
    ready_.take(next_turn_);
    start_spawned();
    resume_ready();
    end_spawned(ended_);
}

void Reactor::run_mailbox() {
    std::vector<Work> work;
    {
        const std::lock_guard lock(mailbox_mutex_);
        work.swap(mailbox_);
    }
    for (Work& item : work) item();
}

void Reactor::resume_ready() {
    while (Waiter* waiter = ready_.pop_front()) waiter->coroutine.resume();
}

void Spawned::on_end() {
    reactor.ended_.push_back(*this);
}  // freed after the turn: it is running now

Spawned& Reactor::spawn(Task<void> task) {
    auto* spawned = new Spawned(*this, std::move(task));
    starting_.push_back(*spawned);
    return *spawned;
}

void Reactor::cancel(Spawned& spawned) { delete &spawned; }

void Reactor::start_spawned() {
    while (Spawned* spawned = starting_.pop_front()) {
        spawned_.push_back(*spawned);
        spawned->task.start();
    }
}

void Reactor::end_spawned(List<Spawned, SpawnedTag>& list) {
    while (Spawned* spawned = list.pop_front()) delete spawned;
}

}  // namespace breakwater
