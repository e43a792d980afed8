#pragma once
// What a step gives: a value at once, or a task that will. A step that seldom has to wait tries first,
// and makes the frame of a coroutine only where it must.
//
//   Eventual<Done> flush() {
//       if (const auto done = write_now()) return *done;
//       return flush_later();  // a Task<Done>
//   }
//   CO_TRY(co_await sink.flush());
//
// One thread.

#include <coroutine>
#include <expected>
#include <utility>

#include "proxy/base/error.h"
#include "proxy/reactor/task.h"

namespace breakwater {

/// Of one value, once. What holds for a Task holds for it: dropped while it waits, it is cancelled.
template <class T>
class [[nodiscard]] Eventual {
public:
    Eventual(T now) : now_(std::move(now)) {}
    Eventual(std::unexpected<Error> error) : now_(std::move(error)) {}
    Eventual(Task<T> later) : later_(std::move(later)) {}

    bool await_ready() { return !later_ || later_.await_ready(); }
    void await_suspend(std::coroutine_handle<> waiter) { later_.await_suspend(waiter); }
    T await_resume() {
        if (!later_) return std::move(now_);
        return later_.await_resume();
    }

private:
    T now_{};
    Task<T> later_;
};

/// Of no value: whether it is over at once.
template <>
class [[nodiscard]] Eventual<void> {
public:
    Eventual() = default;
    Eventual(Task<void> later) : later_(std::move(later)) {}

    bool await_ready() { return !later_ || later_.await_ready(); }
    void await_suspend(std::coroutine_handle<> waiter) { later_.await_suspend(waiter); }
    void await_resume() {
        if (later_) later_.await_resume();
    }

private:
    Task<void> later_;
};

}  // namespace breakwater
