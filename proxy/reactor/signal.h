#pragma once
// Something that happens now and then, and the one coroutine that waits for it.
//
//   Done done = co_await happened.wait(deadline);   // io_timeout
//   happened.raise();
//
// A raise that nobody waits for is lost: who waits has looked first. One thread.

#include <coroutine>

#include "proxy/base/check.h"
#include "proxy/reactor/reactor.h"

namespace breakwater {

class Signal {
public:
    class [[nodiscard]] Wait;

    Signal() = default;
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    /// Until the next raise(). One wait at a time; its end means that nobody waits.
    Wait wait(Deadline deadline = Deadline::never());
    /// Hands whoever waits to the loop.
    void raise();

private:
    Wait* waiting_ = nullptr;
};

class [[nodiscard]] Signal::Wait final : private Waiter, private Timer {
public:
    Wait(Signal& signal, Deadline deadline) : signal_(signal), deadline_(deadline) {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() {
        if (signal_.waiting_ == this) signal_.waiting_ = nullptr;
    }

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        coroutine = waiting;
        CHECK(signal_.waiting_ == nullptr);
        signal_.waiting_ = this;
        this_reactor().timers().arm(*this, deadline_);
    }
    Done await_resume() {
        disarm();
        if (timed_out_) return fail(Err::io_timeout);
        return {};
    }

private:
    friend class Signal;

    void end() {
        signal_.waiting_ = nullptr;
        this_reactor().wake(*this);
    }
    void on_time() override {
        timed_out_ = true;
        end();
    }

    Signal& signal_;
    Deadline deadline_;
    bool timed_out_ = false;
};

inline Signal::Wait Signal::wait(Deadline deadline) { return {*this, deadline}; }

inline void Signal::raise() {
    if (waiting_) waiting_->end();
}

}  // namespace breakwater
