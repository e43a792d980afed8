// What a socket promises, by system calls and by io_uring alike.

#include "proxy/reactor/socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "proxy/base/try.h"
#include "proxy/reactor/io.h"
#include "proxy/reactor/listen_socket.h"

namespace breakwater {
namespace {

using std::chrono::seconds;

/// Bytes of which each four tell their place.
std::string numbered(std::size_t bytes) {
    std::string text;
    for (std::uint32_t i = 0; text.size() < bytes; ++i)
        text.append(reinterpret_cast<const char*>(&i), sizeof i);
    text.resize(bytes);
    return text;
}

/// The other end, which blocks.
class Other {
public:
    explicit Other(int fd) : fd_(fd) {
        const timeval patience{.tv_sec = 20, .tv_usec = 0};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t put = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            ASSERT_GT(put, 0);
            bytes.remove_prefix(static_cast<std::size_t>(put));
        }
    }
    /// Up to `bytes`, fewer where the end comes before.
    [[nodiscard]] std::string read(std::size_t bytes) const {
        std::string text(bytes, '\0');
        std::size_t at = 0;
        while (at < bytes) {
            const ssize_t got = recv(fd_.get(), text.data() + at, bytes - at, 0);
            if (got <= 0) break;
            at += static_cast<std::size_t>(got);
        }
        text.resize(at);
        return text;
    }
    [[nodiscard]] std::string read_all() const { return read(64 << 20); }
    void end_writing() const { shutdown(fd_.get(), SHUT_WR); }
    void close() { fd_ = Descriptor(); }
    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    Descriptor fd_;
};

class SocketTest : public testing::TestWithParam<Io> {
public:
    void SetUp() override {
        if (const auto io = choose_io(GetParam()); !io) GTEST_SKIP() << io.error();
        reactor = std::make_unique<Reactor>(system_clock(), make_poller(GetParam()));
    }
    /// Ours; the other end is added to `others`. On the loop.
    std::unique_ptr<Socket> open(SocketState state = SocketState::accepted) {
        std::array<int, 2> fds{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
        fcntl(fds[0], F_SETFL, O_NONBLOCK);
        others.push_back(std::make_unique<Other>(fds[1]));
        return make_socket(*reactor, Descriptor(fds[0]), state);
    }
    std::unique_ptr<Socket> open_local() { return open(); }
    /// The same over loopback.
    std::unique_ptr<Socket> open_tcp() {
        const auto listener = ListenSocket::open({*IpAddress::parse("127.0.0.1"), 0});
        sockaddr_storage to{};
        const socklen_t length = ListenSocket::local_address(*listener).to_native(to);
        const int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(connect(other, reinterpret_cast<const sockaddr*>(&to), length), 0);
        others.push_back(std::make_unique<Other>(other));
        const int ours = accept4(listener->get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        return make_socket(*reactor, Descriptor(ours), SocketState::accepted);
    }
    void run(Task<void> task) {
        reactor->spawn(then_stop(std::move(task)));
        reactor->run();
    }
    Task<void> then_stop(Task<void> first) {
        co_await first;
        reactor->stop();
    }
    [[nodiscard]] Deadline soon() const { return Deadline::after(reactor->now(), seconds(20)); }

    /// At least `bytes`.
    Task<Done> read(Socket& from, std::size_t bytes, std::string& into, std::size_t room = 64) {
        const std::size_t target = into.size() + bytes;
        std::vector<char> memory(room);
        while (into.size() < target) {
            const Tried got = from.try_read(memory);
            if (got.state == Tried::State::some) {
                into.append(memory.data(), got.bytes);
            } else if (got.state == Tried::State::wait) {
                CO_TRY(co_await from.wait_readable(soon()));
            } else {
                co_return fail(got.state == Tried::State::end ? Err::io_closed : got.error);
            }
        }
        co_return Done{};
    }
    Task<Done> write(Socket& to, std::string_view bytes) {
        while (!bytes.empty()) {
            const Tried put = to.try_write(bytes);
            if (put.state == Tried::State::some) {
                bytes.remove_prefix(put.bytes);
            } else if (put.state == Tried::State::wait) {
                CO_TRY(co_await to.wait_writable(soon()));
            } else {
                co_return fail(put.error);
            }
        }
        co_return Done{};
    }

    std::unique_ptr<Reactor> reactor;
    std::vector<std::unique_ptr<Other>> others;
    std::string text;
    Done done;
};

TEST_P(SocketTest, MessagesGoBackAndForth) {
    struct Talk {
        static Task<void> run(SocketTest& test) {
            const auto socket = test.open();
            std::thread other([&test] {
                for (int i = 0; i < 100; ++i) {
                    test.others[0]->send("ping");
                    EXPECT_EQ(test.others[0]->read(4), "pong");
                }
            });
            for (int i = 0; i < 100 && test.done; ++i) {
                test.text.clear();
                test.done = co_await test.read(*socket, 4, test.text);
                EXPECT_EQ(test.text, "ping");
                EXPECT_TRUE(socket->idle_and_intact());
                if (test.done) test.done = co_await test.write(*socket, "pong");
                co_await next_turn();
            }
            other.join();
        }
    };
    run(Talk::run(*this));
    EXPECT_TRUE(done.has_value());
}

TEST_P(SocketTest, MuchThatComesFasterThanItIsReadStaysInOrder) {
    struct Flood {
        static Task<void> run(SocketTest& test, const std::string& bytes) {
            const auto socket = test.open();
            std::thread other([&test, &bytes] { test.others[0]->send(bytes); });
            for (const std::size_t part : {std::size_t{100}, std::size_t{30'000}}) {
                for (int turn = 0; turn < 5; ++turn) co_await next_turn();  // it fills meanwhile
                test.done = co_await test.read(*socket, part, test.text, part);
            }
            const std::size_t rest = bytes.size() - test.text.size();
            test.done = co_await test.read(*socket, rest, test.text, 128 * 1024);
            other.join();
        }
    };
    const std::string bytes = numbered(4 << 20);
    run(Flood::run(*this, bytes));
    EXPECT_TRUE(done.has_value());
    EXPECT_TRUE(text == bytes);
}

TEST_P(SocketTest, AMessageBehindMuchIsReadAsOne) {
    struct Both {
        static Task<void> run(SocketTest& test, const std::string& bytes) {
            const auto socket = test.open();
            for (int round = 0; round < 3 && test.done; ++round) {
                test.text.clear();
                std::thread other([&test, &bytes] { test.others[0]->send(bytes); });
                test.done = co_await test.read(*socket, bytes.size(), test.text, 128 * 1024);
                other.join();
                EXPECT_TRUE(test.text == bytes);
                for (int i = 0; i < 3 && test.done; ++i) {
                    test.text.clear();
                    test.others[0]->send("small");
                    test.done = co_await test.read(*socket, 5, test.text);
                    EXPECT_EQ(test.text, "small");
                    if (test.done) test.done = co_await test.write(*socket, "yes");
                    co_await next_turn();
                    EXPECT_EQ(test.others[0]->read(3), "yes");
                }
            }
        }
    };
    const std::string bytes = numbered(1 << 20);
    run(Both::run(*this, bytes));
    EXPECT_TRUE(done.has_value());
}

/// Writes small parts until none is taken any more. @return all that was
std::string write_until_full(Socket& socket) {
    const std::string part = numbered(3000);
    std::string taken;
    for (;;) {
        const Tried put = socket.try_write(part);
        if (put.state != Tried::State::some) return taken;
        taken.append(part, 0, put.bytes);
    }
}

TEST_P(SocketTest, WhatIsTakenBeforeTheBufferIsFullArrivesInOrder) {
    struct Fill {
        static Task<void> run(SocketTest& test) {
            const auto socket = test.open();
            std::string sent;
            for (int turn = 0; turn < 400; ++turn) {  // one part a turn, then as many as it takes
                const Tried put = socket->try_write("0123456789");
                if (put.state == Tried::State::some) sent.append("0123456789", 0, put.bytes);
                co_await next_turn();
            }
            sent += write_until_full(*socket);
            co_await next_turn();
            std::thread other([&test] { test.text = test.others[0]->read_all(); });
            const std::string last = numbered(100'000);
            test.done = co_await test.write(*socket, last);
            while (test.done && socket->try_shutdown_write().state == Tried::State::wait)
                test.done = co_await socket->wait_writable(test.soon());
            other.join();
            EXPECT_TRUE(test.text == sent + last);
        }
    };
    run(Fill::run(*this));
    EXPECT_TRUE(done.has_value());
}

TEST_P(SocketTest, WhatWasTakenArrivesThoughTheSocketIsClosed) {
    struct Close {
        static Task<void> run(SocketTest& test) {
            auto socket = test.open();
            std::string sent;
            for (std::string more = write_until_full(*socket); !more.empty();
                 more = write_until_full(*socket)) {
                sent += more;
                co_await next_turn();
            }
            socket.reset();
            std::atomic<bool> ended = false;
            std::thread other([&test, &ended] {
                test.text = test.others[0]->read_all();
                ended = true;
            });
            while (!ended) co_await next_turn();  // what is left is sent by the loop
            other.join();
            EXPECT_TRUE(test.text == sent) << test.text.size() << " of " << sent.size();
        }
    };
    run(Close::run(*this));
}

TEST_P(SocketTest, TheEndIsSeenBehindTheLastBytesAndWhileIdle) {
    struct End {
        static Task<void> run(SocketTest& test) {
            const auto socket = test.open();
            const auto idle = test.open();
            co_await next_turn();
            test.others[0]->send("last");
            test.others[0]->end_writing();
            test.others[1]->close();
            test.done = co_await test.read(*socket, 100, test.text);
            while (idle->idle_and_intact() && !test.soon().passed(test.reactor->now()))
                co_await next_turn();
            EXPECT_FALSE(idle->idle_and_intact());
            std::array<char, 1> room;
            EXPECT_EQ(idle->try_read(room).state, Tried::State::end);
        }
    };
    run(End::run(*this));
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, Err::io_closed);
    EXPECT_EQ(text, "last");
}

using Open = std::unique_ptr<Socket> (SocketTest::*)();

/// The other end goes with our bytes unread, which is a reset, behind `before` bytes of its own.
Task<void> is_reset(SocketTest& test, Open open, std::size_t before) {
    const auto socket = (test.*open)();
    co_await next_turn();
    (void)socket->try_write("never read");
    co_await next_turn();
    test.others[0]->send(numbered(before));
    Done read = co_await test.read(*socket, before, test.text, 64 * 1024);
    EXPECT_TRUE(read.has_value());
    test.others[0]->close();
    Done met = co_await test.read(*socket, 1, test.text);
    EXPECT_EQ(met ? Err::internal : met.error().code, Err::io_reset);
}

TEST_P(SocketTest, AResetIsSaidAsOne) { run(is_reset(*this, &SocketTest::open_tcp, 0)); }

TEST_P(SocketTest, AResetOfALocalSocketIsSaidAsOne) {
    run(is_reset(*this, &SocketTest::open_local, 0));
}

TEST_P(SocketTest, AResetBehindMuchIsAReset) {
    run(is_reset(*this, &SocketTest::open_tcp, 20'000));
}

TEST_P(SocketTest, BytesAtHandAreSplicedBeforeThoseInTheKernel) {
    struct Splice {
        static Task<void> run(SocketTest& test, const std::string& bytes) {
            const auto from = test.open();
            const auto to = test.open();
            std::thread sender([&test, &bytes] { test.others[0]->send(bytes); });
            std::thread receiver(
                [&test, &bytes] { test.text += test.others[1]->read(bytes.size() - 10); });
            std::string head;
            test.done = co_await test.read(*from, 10, head, 10);
            PipePool::Loan pipe(test.reactor->pipes());
            for (std::size_t moved = 10; moved < bytes.size() && test.done;) {
                const Tried in = from->try_splice_to(*pipe, bytes.size() - moved);
                if (in.state == Tried::State::wait) {
                    test.done = co_await from->wait_readable(test.soon());
                    continue;
                }
                EXPECT_EQ(in.state, Tried::State::some);
                while ((*pipe).bytes() > 0 && test.done) {
                    const Tried out = to->try_splice_from(*pipe);
                    if (out.state == Tried::State::wait)
                        test.done = co_await to->wait_writable(test.soon());
                }
                moved += in.bytes;
            }
            from->look_for_more();
            EXPECT_TRUE(from->idle_and_intact());
            sender.join();
            receiver.join();
        }
    };
    const std::string bytes = numbered(3 << 20);
    run(Splice::run(*this, bytes));
    EXPECT_TRUE(done.has_value());
    EXPECT_TRUE(text == bytes.substr(10));
}

TEST_P(SocketTest, ManyThatSpeakAtOnceAreAllHeard) {
    constexpr std::size_t kSockets = 300;  // more than there are pieces
    struct Crowd {
        static Task<void> one(SocketTest& test, Socket& socket, std::size_t& heard) {
            std::string message;
            Done got = co_await test.read(socket, 6000, message);
            if (got && message == numbered(6000)) ++heard;
        }
        static Task<void> run(SocketTest& test, std::size_t& heard) {
            std::vector<std::unique_ptr<Socket>> sockets;
            for (std::size_t i = 0; i < kSockets; ++i) sockets.push_back(test.open());
            co_await next_turn();
            for (const auto& other : test.others) other->send(numbered(6000));
            for (const auto& socket : sockets) test.reactor->spawn(one(test, *socket, heard));
            while (heard < kSockets && !test.soon().passed(test.reactor->now()))
                co_await Sleep(*test.reactor,
                               Deadline::after(test.reactor->now(), std::chrono::milliseconds(1)));
        }
    };
    std::size_t heard = 0;
    run(Crowd::run(*this, heard));
    EXPECT_EQ(heard, kSockets);
}

TEST_P(SocketTest, ADescriptorUsedAgainInTheSameTurnIsAnotherSocket) {
    struct Reuse {
        static Task<void> run(SocketTest& test) {
            for (int i = 0; i < 50 && test.done; ++i) {
                auto first = test.open();
                (void)first->try_write("a");
                first.reset();
                const auto second = test.open();  // most likely with the descriptor of the first
                const Other& other = *test.others.back();
                (void)second->try_write("b");
                co_await next_turn();
                EXPECT_EQ(other.read(1), "b");
                other.send("c");
                test.text.clear();
                test.done = co_await test.read(*second, 1, test.text);
                EXPECT_EQ(test.text, "c");
            }
        }
    };
    run(Reuse::run(*this));
    EXPECT_TRUE(done.has_value());
}

TEST_P(SocketTest, AWriterThatWaitsIsWokenThoughAReaderWasServedMeanwhile) {
    struct Wait {
        static Task<void> run(SocketTest& test) {
            auto socket = test.open(SocketState::connecting);
            test.done = co_await socket->wait_writable(test.soon());
            const std::string much(100'000, 'x');
            while (socket->try_write(much).state == Tried::State::some) {
            }
            test.others[0]->send("100 Continue");
            test.done = co_await test.read(*socket, 12, test.text);
            co_await next_turn();
            std::thread reader([&test] { (void)test.others[0]->read_all(); });
            test.done = co_await socket->wait_writable(test.soon());
            socket.reset();
            reader.join();
        }
    };
    run(Wait::run(*this));
    EXPECT_TRUE(done.has_value());
}

TEST_P(SocketTest, AResetThatASendWasToldOfIsSaidToo) {
    struct Reset {
        static Task<void> run(SocketTest& test) {
            const auto socket = test.open_tcp();
            co_await next_turn();
            (void)socket->try_write("never read");
            co_await next_turn();
            test.others[0]->close();
            const Tried put = socket->try_write("x");
            test.done = co_await test.read(*socket, 1, test.text);
            const bool said = put.state == Tried::State::failed ||
                              (!test.done && test.done.error().code == Err::io_reset);
            EXPECT_TRUE(said);
            EXPECT_EQ(socket->try_write("y").state, Tried::State::failed);
        }
    };
    run(Reset::run(*this));
}

TEST_P(SocketTest, WhereAllSpeakMuchNobodyIsTakenForIdleNorForAnother) {
    constexpr std::size_t kSockets = 16;  // with 40 kB each: the ring has not pieces enough
    struct Much {
        static Task<void> run(SocketTest& test) {
            std::vector<std::unique_ptr<Socket>> sockets;
            for (std::size_t i = 0; i < kSockets; ++i) sockets.push_back(test.open());
            co_await next_turn();
            co_await next_turn();
            for (const auto& other : test.others) other->send(numbered(40'000));
            co_await next_turn();
            for (const auto& socket : sockets) EXPECT_FALSE(socket->idle_and_intact());
            // One after the other goes, and two come in its place.
            for (auto& socket : sockets) {
                socket.reset();
                auto first = test.open();
                const Other& peer_of_first = *test.others.back();
                for (int turn = 0; turn < 3; ++turn) co_await next_turn();
                first.reset();
                for (int turn = 0; turn < 3; ++turn) co_await next_turn();
                socket = test.open();
                co_await next_turn();
                EXPECT_EQ(::send(peer_of_first.fd(), "for the first", 13, MSG_NOSIGNAL), -1);
                std::array<char, 64> room;
                for (int turn = 0; turn < 3; ++turn) {
                    co_await next_turn();
                    EXPECT_EQ(socket->try_read(room).state, Tried::State::wait);
                }
            }
        }
    };
    run(Much::run(*this));
}

INSTANTIATE_TEST_SUITE_P(Interfaces, SocketTest, testing::Values(Io::epoll, Io::uring),
                         [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace breakwater
