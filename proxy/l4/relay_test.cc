#include "proxy/l4/relay.h"

#include <gtest/gtest.h>

#include "tests/support/scripted_stream.h"

namespace breakwater::l4 {
namespace {

using namespace std::chrono_literals;

constexpr Duration kIdle = 600s;

struct RelayTest : testing::Test, test::ScriptedLoop {
    test::ScriptedStream client{reactor, "", 1};
    test::ScriptedStream pod{reactor, "", 1};
    Session session;
};

// With io_uring the last 4 KiB may still be ours when both sides have said all.
TEST_F(RelayTest, WhatIsNeverTakenEndsWithTheSession) {
    struct Test {
        static Task<void> pass_on(RelayTest& t, bool& over) {
            Done done = co_await relay(t.client, t.pod, {}, kIdle, t.session);
            EXPECT_FALSE(done);
            if (!done) EXPECT_EQ(done.error().code, Err::session_idle);
            over = true;
        }
        static Task<void> run(RelayTest& t) {
            t.client.room = 0;
            t.client.held = 100;
            bool over = false;
            Task<void> relaying = pass_on(t, over);
            relaying.start();
            co_await t.pass(kIdle - 1s);
            EXPECT_FALSE(over);
            co_await t.pass(2s);
            EXPECT_TRUE(over);
        }
    };
    run(Test::run(*this));
}

}  // namespace
}  // namespace breakwater::l4
