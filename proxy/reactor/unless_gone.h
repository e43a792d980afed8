#pragma once
// Waits for a task, but no longer than the peer of a connection stays: what a client asked for is not
// worth carrying on with once the client has left.
//
//   Task<Result<Response>> asking = fetcher.fetch(fetch);
//   Result<Response> response = co_await UnlessGone(asking, watch);   // client_gone: `asking` is cancelled
//
// A client that ends its own direction counts as gone, as it does for nginx. One thread.

#include <coroutine>

#include "proxy/base/check.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/task.h"

namespace breakwater {

template <class T>
class [[nodiscard]] UnlessGone final : private Waiter {
public:
    /// @param task  not started; ended here when the peer goes. Outlives this, as `watch` does.
    UnlessGone(Task<Result<T>>& task, Watch& watch) : task_(task), watch_(watch) {}
    UnlessGone(const UnlessGone&) = delete;
    UnlessGone& operator=(const UnlessGone&) = delete;
    ~UnlessGone() { forget(); }

    bool await_ready() {
        task_.start();
        return task_.done();
    }
    bool await_suspend(std::coroutine_handle<> waiting) {
        if (watch_.hung_up) return false;
        coroutine = waiting;
        task_.continue_with(waiting);
        CHECK(watch_.leaver == nullptr);
        watch_.leaver = this;
        return true;
    }
    Result<T> await_resume() {
        forget();
        unlink();  // the peer may have gone in the turn in which the task ended
        if (task_.done()) return task_.take();
        task_.reset();
        return fail(Err::client_gone);
    }

private:
    void forget() {
        if (watch_.leaver == this) watch_.leaver = nullptr;
    }
    Task<Result<T>>& task_;
    Watch& watch_;
};

}  // namespace breakwater
