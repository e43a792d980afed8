#include "proxy/reactor/io.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <thread>

#include "proxy/reactor/reactor.h"

namespace breakwater {
namespace {

/// Makes io_uring_setup(2) fail on this thread and those that it starts, as a container's seccomp
/// profile does.
void refuse_io_uring() {
    ASSERT_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    std::array<sock_filter, 4> filter{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog program{.len = filter.size(), .filter = filter.data()};
    ASSERT_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

void where_io_uring_is_refused(const std::function<void()>& body) {
    std::thread confined([&body] {
        refuse_io_uring();
        body();
    });
    confined.join();
}

TEST(IoRefused, AutoTakesEpoll) {
    where_io_uring_is_refused([] {
        const auto io = choose_io(std::nullopt);
        ASSERT_TRUE(io.has_value());
        EXPECT_EQ(*io, Io::epoll);
    });
}

TEST(IoRefused, UringSaysWhy) {
    where_io_uring_is_refused([] {
        const auto io = choose_io(Io::uring);
        ASSERT_FALSE(io.has_value());
        EXPECT_EQ(io.error(),
                  "io_uring cannot be used here: io_uring_setup: Operation not permitted");
    });
}

Task<void> stops(Reactor& reactor) {
    co_await next_turn();
    reactor.stop();
}

TEST(IoRefused, ALoopThatWasToHaveARingGoesOnByEpoll) {
    where_io_uring_is_refused([] {
        Reactor reactor(system_clock(), make_poller(Io::uring));
        reactor.spawn(stops(reactor));
        reactor.run();
    });
}

TEST(Io, EpollNeedsNoRing) { EXPECT_EQ(choose_io(Io::epoll), Io::epoll); }

}  // namespace
}  // namespace breakwater
