#include "proxy/reactor/task.h"

#include "proxy/base/try.h"

namespace breakwater {

Task<Done> both(Task<Done> a, Task<Done> b) {
    a.start();
    if (a.done()) {
        CO_TRY(a.take());
        Done second = co_await b;
        co_return second;
    }
    b.start();
    co_await Either(a, b);
    Task<Done>& first = a.done() ? a : b;
    Task<Done>& other = a.done() ? b : a;
    Done outcome = first.take();
    if (!outcome) {
        other.reset();  // before anybody hears of the failure
        co_return outcome;
    }
    Done second = co_await other;
    co_return second;
}

}  // namespace breakwater
