#pragma once
// A proxy's only loop, stopped between what it does: so that bytes of many come at once, or to see what
// each turn does.

#include <cstdint>
#include <semaphore>

#include "proxy/reactor/reactor.h"
#include "proxy/serve/server.h"

namespace breakwater::test {

/// Stops the loop until its end. One worker.
class HeldLoop {
public:
    explicit HeldLoop(serve::Server& server) : server_(server) {
        post();
        inside_.acquire();
    }
    HeldLoop(const HeldLoop&) = delete;
    HeldLoop& operator=(const HeldLoop&) = delete;
    ~HeldLoop() { let_go(); }

    /// Lets it go on to where it next looks at what is posted to it: a turn, or some where many events wait.
    void step() {
        post();
        let_go();
        inside_.acquire();
    }

    /// Of the reactor: begun, nobody resumed in it.
    [[nodiscard]] std::uint64_t turn() const { return turn_; }

private:
    void post() {
        server_.post([this] {
            turn_ = this_reactor().turn();
            inside_.release();
            go_on_.acquire();
            gone_.release();
        });
    }
    void let_go() {
        go_on_.release();
        gone_.acquire();
    }

    serve::Server& server_;
    std::uint64_t turn_ = 0;
    std::binary_semaphore inside_{0};
    std::binary_semaphore go_on_{0};
    std::binary_semaphore gone_{0};
};

}  // namespace breakwater::test
