#pragma once
// One event loop: readiness of descriptors, timers, work posted by other threads, and the coroutines
// that wait for any of it.
//
// A turn: wait for events, note them (no user code runs meanwhile, so nothing can vanish under the
// batch), fire timers, run the mailbox, resume what has been woken. A coroutine is resumed from here
// and from nowhere else.
//
// All of it belongs to the thread in run(), but for what says otherwise.

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "proxy/base/clock.h"
#include "proxy/base/error.h"
#include "proxy/base/list.h"
#include "proxy/reactor/buffer.h"
#include "proxy/reactor/pipe.h"
#include "proxy/reactor/task.h"
#include "proxy/reactor/timer.h"

namespace breakwater {

class Poller;
class Reactor;

struct WaiterTag {};

/// A coroutine that waits to be resumed by the loop. Its end, with the coroutine's frame, means that
/// nobody waits any more.
class Waiter : public ListHook<WaiterTag> {
public:
    std::coroutine_handle<> coroutine;
};

/// Whether the other side of something is still there, and who wants to hear that it is not: a
/// connection's own, or a stream's on a connection that many share.
struct Presence {
    bool hung_up = false;      ///< the peer has closed or reset it: reading says which
    Waiter* leaver = nullptr;  ///< woken by the hang-up; one at a time
};

/// A descriptor as the loop sees it. The flags say what is worth trying; whoever tries clears them
/// (socket.h has the rule).
class Watch : public Presence {
public:
    /// @param fd  open until this has ended
    Watch(Reactor& loop, int descriptor) : reactor(loop), fd(descriptor) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { leave(); }

    /// From now on the poller sets the flags, by the readiness of the descriptor; before, and after
    /// leave(), somebody else does.
    void enter();
    void leave();
    /// Hands those whom the flags concern to the loop.
    void wake_waiters();

    Reactor& reactor;
    const int fd;
    bool readable = true;  ///< optimistic: the first try finds out
    bool writable = true;
    bool registered = false;  ///< for readiness: between enter() and leave()
    Waiter* reader = nullptr;
    Waiter* writer = nullptr;
};

enum class Direction : std::uint8_t { read, write };

/// Waits until a descriptor may be ready, or the deadline has passed: `co_await` gives a Done whose
/// only error is io_timeout. One wait a direction at a time.
class [[nodiscard]] IoWait final : private Waiter, private Timer {
public:
    IoWait(Watch& watch, Direction direction, Deadline deadline)
        : watch_(watch), direction_(direction), deadline_(deadline) {}
    IoWait(const IoWait&) = delete;
    IoWait& operator=(const IoWait&) = delete;
    ~IoWait();

    /// A hang-up is news for a reader. A writer goes by its own flag: a peer that has only ended its
    /// direction may be slow to read, and who tried again at once would try for ever.
    bool await_ready() const { return flag() || (direction_ == Direction::read && watch_.hung_up); }
    void await_suspend(std::coroutine_handle<> waiting);
    Done await_resume();

private:
    void on_time() override;
    bool& flag() const { return direction_ == Direction::read ? watch_.readable : watch_.writable; }
    Waiter*& slot() const { return direction_ == Direction::read ? watch_.reader : watch_.writer; }

    Watch& watch_;
    Direction direction_;
    Deadline deadline_;
    bool timed_out_ = false;
};

/// Waits until a time has come.
class [[nodiscard]] Sleep final : private Waiter, private Timer {
public:
    Sleep(Reactor& reactor, Deadline until) : reactor_(reactor), until_(until) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting);
    void await_resume() const {}

private:
    void on_time() override;
    Reactor& reactor_;
    Deadline until_;
};

/// Gives the others a turn: resumed in the next turn of the loop, after its events.
class [[nodiscard]] NextTurn final : private Waiter {
public:
    explicit NextTurn(Reactor& reactor) : reactor_(reactor) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting);
    void await_resume() const {}

private:
    Reactor& reactor_;
};

struct SpawnedTag {};

/// A task that runs on its own, owned by the reactor.
class Spawned final : public ListHook<SpawnedTag>, private TaskEnd {
private:
    friend class Reactor;
    Spawned(Reactor& owner, Task<void> body) : reactor(owner), task(std::move(body)) {
        task.tell(*this);
    }
    void on_end() override;

    Reactor& reactor;
    Task<void> task;
};

class Reactor {
public:
    using Work = std::move_only_function<void()>;

    /// Events come from epoll.
    explicit Reactor(const Clock& clock = system_clock());
    Reactor(const Clock& clock, std::unique_ptr<Poller> poller);
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;
    ~Reactor();

    /// Turns until stop(). The calling thread is the loop's from here on.
    void run();
    /// Ends run() after the turn it is in. Any thread.
    void stop();
    /// Runs `work` on the loop's thread, in the order of posting. Any thread; work that is posted
    /// after the loop has stopped is dropped with the reactor.
    void post(Work work);

    /// The time when this turn began: one read of the clock a turn.
    [[nodiscard]] Time now() const { return now_; }
    /// The same by the calendar; read in a turn that asks for it, once.
    [[nodiscard]] WallTime wall();
    [[nodiscard]] const Clock& clock() const { return clock_; }
    /// When the last turn began, for a watchdog. Any thread.
    [[nodiscard]] Time last_turn() const;
    /// Counts the turns; a fair share is measured against it.
    [[nodiscard]] std::uint64_t turn() const { return turn_; }

    TimerWheel& timers() { return timers_; }
    Poller& poller() { return *poller_; }
    BlockPool& blocks() { return blocks_; }
    PipePool& pipes() { return pipes_; }
    /// Resumes `waiter` in this turn, or in the next one when it is called outside of a turn.
    void wake(Waiter& waiter) { ready_.push_back(waiter); }

    /// Runs `task` on its own, from this turn on (or the first), until it ends, is cancelled or the
    /// reactor stops. On the loop's thread, or before run().
    /// @return for cancel(); valid until the task has ended
    Spawned& spawn(Task<void> task);
    /// Ends a spawned task where it waits. Not from inside itself.
    void cancel(Spawned& spawned);

private:
    friend class Watch;
    friend class NextTurn;
    friend class Spawned;

    void turn_once();
    void run_mailbox();
    void resume_ready();
    void start_spawned();
    void end_spawned(List<Spawned, SpawnedTag>& list);
    [[nodiscard]] int poll_timeout_ms() const;

    const Clock& clock_;
    Time now_;
    std::uint64_t turn_ = 0;
    WallTime wall_{};
    std::uint64_t wall_turn_ = ~std::uint64_t{0};  ///< the turn of wall_
    bool running_ = true;
    std::atomic<Time::rep> last_turn_;

    // Before the lists of waiters: what they hold unlinks itself when the tasks below end.
    TimerWheel timers_;
    BlockPool blocks_;
    PipePool pipes_;
    List<Waiter, WaiterTag> ready_;
    List<Waiter, WaiterTag> next_turn_;

    std::mutex mailbox_mutex_;  ///< guards mailbox_ alone; never held while work runs
    std::vector<Work> mailbox_;
    std::unique_ptr<Poller> poller_;
    List<Spawned, SpawnedTag> starting_;
    List<Spawned, SpawnedTag> spawned_;
    List<Spawned, SpawnedTag> ended_;
};

/// The reactor whose run() is on this thread's stack.
Reactor& this_reactor();
/// `co_await next_turn()`: a fair share for the others.
inline NextTurn next_turn() { return NextTurn(this_reactor()); }

}  // namespace breakwater
