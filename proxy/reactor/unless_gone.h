#pragma once
// Waits for a task, but no longer than the peer of a connection stays: what a client asked for is not
// worth carrying on with once the client has left.
//
//   Task<Result<Response>> asking = fetcher.fetch(fetch);
//   Result<Response> response = co_await UnlessGone(asking, presence);  // client_gone: `asking` is cancelled
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
    /// @param task  not started; ended here when the peer goes. Outlives this, as `presence` does.
    UnlessGone(Task<Result<T>>& task, Presence& presence) : task_(task), presence_(presence) {}
    UnlessGone(const UnlessGone&) = delete;
    UnlessGone& operator=(const UnlessGone&) = delete;
    ~UnlessGone() { forget(); }

    bool await_ready() {
        task_.start();
        return task_.done();
    }
    bool await_suspend(std::coroutine_handle<> waiting) {
        if (presence_.hung_up) return false;
        coroutine = waiting;
        task_.continue_with(waiting);
        CHECK(presence_.leaver == nullptr);
        presence_.leaver = this;
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
        if (presence_.leaver == this) presence_.leaver = nullptr;
        task_.continue_with({});
    }
    Task<Result<T>>& task_;
    Presence& presence_;
};

}  // namespace breakwater
