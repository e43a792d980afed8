#include "proxy/reactor/reactor.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proxy/base/try.h"
#include "proxy/reactor/listen_socket.h"
#include "proxy/reactor/reactor_thread.h"
#include "proxy/reactor/socket.h"

namespace breakwater {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Runs a task on a reactor of its own until it ends.
void run_to_end(Reactor& reactor, Task<void> task) {
    struct Stopper {
        static Task<void> then_stop(Reactor& loop, Task<void> first) {
            co_await first;
            loop.stop();
        }
    };
    reactor.spawn(Stopper::then_stop(reactor, std::move(task)));
    reactor.run();
}

std::pair<std::unique_ptr<Socket>, std::unique_ptr<Socket>> pair_of(Reactor& reactor) {
    std::array<int, 2> fds{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
    return {make_socket(reactor, Descriptor(fds[0]), SocketState::accepted),
            make_socket(reactor, Descriptor(fds[1]), SocketState::accepted)};
}

Task<Result<std::string>> read_some(Socket& from, Deadline deadline) {
    std::array<char, 64> room{};
    for (;;) {
        const Tried got = from.try_read(room);
        switch (got.state) {
            case Tried::State::some: co_return std::string(room.data(), got.bytes);
            case Tried::State::end: co_return fail(Err::io_closed);
            case Tried::State::failed: co_return fail(got.error);
            case Tried::State::wait: CO_TRY(co_await from.wait_readable(deadline));
        }
    }
}

Task<void> waits_for_bytes(Reactor& reactor, std::string& got) {
    auto [a, b] = pair_of(reactor);
    Task<Result<std::string>> reading = read_some(*b, Deadline::never());
    reading.start();
    EXPECT_FALSE(reading.done());
    a->try_write("hello");
    Result<std::string> text = co_await reading;
    got = text.value_or("");
}

TEST(Reactor, ResumesAReaderWhenBytesArrive) {
    Reactor reactor;
    std::string got;
    run_to_end(reactor, waits_for_bytes(reactor, got));
    EXPECT_EQ(got, "hello");
}

Task<void> waits_in_vain(Reactor& reactor, Err& error) {
    auto [a, b] = pair_of(reactor);
    Result<std::string> text =
        co_await read_some(*b, Deadline::after(reactor.now(), milliseconds(20)));
    error = text.error().code;
}

TEST(Reactor, AWaitEndsWithItsDeadline) {
    Reactor reactor;
    Err error = Err::internal;
    run_to_end(reactor, waits_in_vain(reactor, error));
    EXPECT_EQ(error, Err::io_timeout);
}

Task<Done> fails_after(Reactor& reactor, milliseconds after) {
    co_await Sleep(reactor, Deadline::after(reactor.now(), after));
    co_return fail(Err::bad_request);
}

struct Ended {
    bool& flag;
    ~Ended() { flag = true; }
};

Task<Done> sleeps_for_ever(Reactor& reactor, bool& ended) {
    const Ended at_end{ended};
    co_await Sleep(reactor, Deadline::never());
    co_return Done{};
}

Task<void> runs_both(Reactor& reactor, Done& result, bool& ended) {
    Task<Done> pair = both(sleeps_for_ever(reactor, ended), fails_after(reactor, milliseconds(10)));
    result = co_await pair;
    EXPECT_TRUE(ended) << "the other side is cancelled before both() answers";
}

TEST(Both, AFailureCancelsTheOther) {
    Reactor reactor;
    Done result;
    bool ended = false;
    run_to_end(reactor, runs_both(reactor, result, ended));
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, Err::bad_request);
}

Task<void> cancels_while_waiting(Reactor& reactor, bool& ended) {
    auto [a, b] = pair_of(reactor);
    {
        Task<Result<std::string>> reading =
            read_some(*b, Deadline::after(reactor.now(), seconds(1)));
        reading.start();
    }
    a->try_write("nobody listens");
    co_await NextTurn(reactor);
    co_await Sleep(reactor, Deadline::after(reactor.now(), milliseconds(20)));
    ended = true;
}

TEST(Task, ItsEndUnregistersWhatItWaitedFor) {
    Reactor reactor;
    bool ended = false;
    run_to_end(reactor, cancels_while_waiting(reactor, ended));
    EXPECT_TRUE(ended);
}

Task<int> counts_down(int from) {
    if (from == 0) co_return 0;
    int below = co_await counts_down(from - 1);
    co_return below + 1;
}

Task<void> awaits_often(int& sum) {
    for (int i = 0; i < 100'000; ++i) {
        int one = co_await counts_down(1);
        sum += one;
    }
}

TEST(Task, ManyReadyAwaitsTakeNoStack) {
    Reactor reactor;
    int sum = 0;
    run_to_end(reactor, awaits_often(sum));
    EXPECT_EQ(sum, 100'000);
}

TEST(Reactor, WorkFromOtherThreadsRunsInOrder) {
    ReactorThread thread("test");
    std::vector<int> order;
    for (int i = 0; i < 100; ++i) thread.reactor().post([&order, i] { order.push_back(i); });
    thread.run([] {});
    ASSERT_EQ(order.size(), 100U);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

Task<void> accepts_one(ListenSocket& listener, std::string& got) {
    for (;;) {
        Accepted accepted = listener.try_accept();
        if (accepted.state == Accepted::State::wait) {
            Done ready = co_await listener.wait_readable();
            EXPECT_TRUE(ready.has_value());
            continue;
        }
        EXPECT_EQ(accepted.state, Accepted::State::connection);
        const auto socket =
            make_socket(this_reactor(), std::move(accepted.fd), SocketState::accepted);
        Result<std::string> text = co_await read_some(*socket, Deadline::never());
        got = text.value_or("");
        co_return;
    }
}

Task<void> connects(Reactor& reactor, SocketAddress to, Result<void>& outcome) {
    auto stream = co_await connect(reactor, to, Deadline::after(reactor.now(), seconds(5)));
    if (!stream) {
        outcome = fail(stream.error());
        co_return;
    }
    (*stream)->try_write("over tcp");
}

class ConnectTest : public testing::TestWithParam<const char*> {};

TEST_P(ConnectTest, ListenAcceptConnect) {
    Reactor reactor;
    auto fd = ListenSocket::open({*IpAddress::parse(GetParam()), 0});
    ASSERT_TRUE(fd.has_value()) << fd.error();
    const SocketAddress address = ListenSocket::local_address(*fd);
    ListenSocket listener(reactor, std::move(*fd));
    Done outcome;
    reactor.spawn(connects(reactor, address, outcome));
    std::string got;
    run_to_end(reactor, accepts_one(listener, got));
    EXPECT_EQ(got, "over tcp");
    EXPECT_TRUE(outcome.has_value());
}

INSTANTIATE_TEST_SUITE_P(Families, ConnectTest, testing::Values("127.0.0.1", "::1"));

TEST(Connect, RefusedIsAnError) {
    Reactor reactor;
    auto fd = ListenSocket::open({*IpAddress::parse("127.0.0.1"), 0});
    ASSERT_TRUE(fd.has_value());
    const SocketAddress address = ListenSocket::local_address(*fd);
    *fd = Descriptor();  // nobody listens there any more
    Done outcome;
    run_to_end(reactor, connects(reactor, address, outcome));
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, Err::connect_failed);
}

TEST(ListenSocket, APortInUseIsOneSentence) {
    auto first = ListenSocket::open({*IpAddress::parse("127.0.0.1"), 0});
    ASSERT_TRUE(first.has_value());
    const SocketAddress taken = ListenSocket::local_address(*first);
    const auto second = ListenSocket::check_free(taken);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error(), "cannot bind " + taken.to_string() + ": Address already in use");
}

}  // namespace
}  // namespace breakwater
