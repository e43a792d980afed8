#include "proxy/reactor/signal.h"

#include <gtest/gtest.h>

#include <optional>

namespace breakwater {
namespace {

using std::chrono::milliseconds;

Task<void> note(Signal& signal, Deadline deadline, std::optional<Done>& came_to) {
    Done done = co_await signal.wait(deadline);
    came_to = done;
}

/// Runs the loop for a turn or two.
Task<void> stop_after(Reactor& reactor, Deadline deadline) {
    co_await Sleep(reactor, deadline);
    reactor.stop();
}

class SignalTest : public testing::Test {
protected:
    void run_for(Duration time) {
        reactor.spawn(stop_after(reactor, Deadline::after(reactor.now(), time)));
        reactor.run();
    }
    Reactor reactor;
    Signal signal;
    std::optional<Done> came_to;
};

TEST_F(SignalTest, ARaiseEndsTheWait) {
    reactor.spawn(note(signal, Deadline::never(), came_to));
    reactor.post([this] { signal.raise(); });  // nobody waits yet: lost
    reactor.post([this] { reactor.post([this] { signal.raise(); }); });
    run_for(milliseconds(50));
    ASSERT_TRUE(came_to);
    EXPECT_TRUE(*came_to);
}

TEST_F(SignalTest, TheDeadlineEndsIt) {
    reactor.spawn(note(signal, Deadline::after(reactor.now(), milliseconds(20)), came_to));
    run_for(milliseconds(100));
    ASSERT_TRUE(came_to);
    ASSERT_FALSE(*came_to);
    EXPECT_EQ(came_to->error().code, Err::io_timeout);
}

TEST_F(SignalTest, AWaitThatIsCancelledIsNotWoken) {
    Spawned& waiting = reactor.spawn(note(signal, Deadline::never(), came_to));
    reactor.post([&] {
        reactor.post([&] {
            signal.raise();           // woken,
            reactor.cancel(waiting);  // and gone before it could go on
            signal.raise();
        });
    });
    run_for(milliseconds(50));
    EXPECT_FALSE(came_to);
}

}  // namespace
}  // namespace breakwater
