#pragma once
// A coroutine that yields one value: lazy, owned by exactly one Task, ended by the end of that Task.
//
//   Task<Result<Head>> read_head(Stream& stream);
//   CO_LET(head, co_await read_head(stream));
//
// Cancelling is destroying: the frame of a suspended coroutine is destroyed with its Task, and what
// it waited for (a socket, a timer, another Task) is unregistered by the destructor of the awaiter.
// Hence two rules: a coroutine that runs is never destroyed (nothing resumes another coroutine from
// inside a running one: waking goes through Reactor::wake), and a parameter is a value or outlives
// the task.
//
// The child is started inside await_ready(), as a plain call: symmetric transfer on the way down
// overflows the stack in unoptimised and sanitizer builds after many awaits that were ready.
//
// One thread: all of a task runs on the reactor's thread that started it.

#include <coroutine>
#include <cstdlib>
#include <optional>
#include <utility>

#include "proxy/base/error.h"
#include "proxy/reactor/frame_pool.h"

namespace breakwater {

template <class T = void>
class Task;

/// What wants to hear that a task has come to its end, in the place of a coroutine that waits for it.
class TaskEnd {
public:
    /// From inside the task, at its very end: it may not be destroyed here.
    virtual void on_end() = 0;

protected:
    ~TaskEnd() = default;
};

namespace detail {

struct PromiseBase {
    static void* operator new(std::size_t size_bytes) { return allocate_frame(size_bytes); }
    static void operator delete(void* frame, std::size_t size_bytes) noexcept {
        free_frame(frame, size_bytes);
    }

    struct FinalAwaiter {
        bool await_ready() noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
            if (TaskEnd* const end = ended.promise().listener) end->on_end();
            const auto waiter = ended.promise().continuation;
            return waiter ? waiter : std::noop_coroutine();
        }
        void await_resume() noexcept {}
    };

    std::suspend_always initial_suspend() noexcept { return {}; }
    FinalAwaiter final_suspend() noexcept { return {}; }
    /// No exception belongs on the data path: what arrives here is out of memory or our own bug.
    void unhandled_exception() noexcept { std::abort(); }

    std::coroutine_handle<> continuation;
    TaskEnd* listener = nullptr;
};

template <class T>
struct Promise : PromiseBase {
    Task<T> get_return_object();
    template <class U>
    void return_value(U&& value) {
        result.emplace(std::forward<U>(value));
    }
    T take() { return std::move(*result); }
    const T& peek() const { return *result; }

    std::optional<T> result;
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object();
    void return_void() {}
    void take() {}
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
public:
    using promise_type = detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    Task() = default;
    explicit Task(Handle handle) : handle_(handle) {}
    Task(Task&& other) noexcept
        : handle_(std::exchange(other.handle_, {})),
          started_(std::exchange(other.started_, false)) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, {});
            started_ = std::exchange(other.started_, false);
        }
        return *this;
    }
    ~Task() { reset(); }

    explicit operator bool() const { return static_cast<bool>(handle_); }
    /// Runs it until it waits or ends. Once; `co_await` does it by itself.
    void start() {
        started_ = true;
        handle_.resume();
    }
    [[nodiscard]] bool done() const { return handle_.done(); }
    /// The value of a task that is done, once.
    T take() { return handle_.promise().take(); }
    /// The value of a task that is done, left where it is.
    const auto& peek() const { return handle_.promise().peek(); }
    /// Whom the end of this started task resumes; null for nobody.
    void continue_with(std::coroutine_handle<> waiter) {
        if (handle_) handle_.promise().continuation = waiter;
    }
    /// Who hears of the end of this task, not yet started.
    void tell(TaskEnd& listener) { handle_.promise().listener = &listener; }
    /// Cancels it where it waits. Not from inside itself.
    void reset() {
        if (const Handle handle = std::exchange(handle_, {})) handle.destroy();
        started_ = false;
    }

    bool await_ready() {
        if (!started_) start();
        return done();
    }
    void await_suspend(std::coroutine_handle<> waiter) { continue_with(waiter); }
    T await_resume() { return take(); }

private:
    Handle handle_;
    bool started_ = false;
};

namespace detail {
template <class T>
Task<T> Promise<T>::get_return_object() {
    return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
    return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}
}  // namespace detail

/// Waits until at least one of two started tasks is done. Both Task objects outlive the wait; what they
/// run may have ended.
template <class A, class B>
class [[nodiscard]] Either {
public:
    Either(Task<A>& a, Task<B>& b) : a_(a), b_(b) {}
    bool await_ready() { return a_.done() || b_.done(); }
    Either(const Either&) = delete;
    Either& operator=(const Either&) = delete;
    /// A wait that is cancelled leaves nobody to resume.
    ~Either() { continue_with({}); }
    void await_suspend(std::coroutine_handle<> waiter) { continue_with(waiter); }
    void await_resume() { continue_with({}); }

private:
    void continue_with(std::coroutine_handle<> waiter) {
        a_.continue_with(waiter);
        b_.continue_with(waiter);
    }
    Task<A>& a_;
    Task<B>& b_;
};

/// Runs both to their end. The first that fails cancels the other, and its error is the answer.
Task<Done> both(Task<Done> a, Task<Done> b);

}  // namespace breakwater
