#include "proxy/http/linger.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "proxy/http/limits.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/socket.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_io.h"

namespace breakwater::http {
namespace {

constexpr std::chrono::seconds kPatience{60};

/// A connection whose client has stopped reading: neither the kernel nor the socket takes more.
class FullConnection {
public:
    FullConnection() {
        std::array<int, 2> fds{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds.data()),
                  0);
        ours_ = make_socket(reactor_, Descriptor(fds[0]), SocketState::accepted);
        client_ = Descriptor(fds[1]);
    }
    /// Ends it while the client acts, who moves the clock.
    void end(Task<void> client) {
        reactor_.spawn(then_stop(fill_and_end()));
        reactor_.spawn(then_stop(std::move(client)));
        reactor_.run();
    }
    Task<void> wait(std::chrono::seconds time) {
        while (written_ == 0) co_await NextTurn(reactor_);
        clock_.advance(time);
        for (int turn = 0; turn < 5; ++turn) co_await NextTurn(reactor_);
    }
    /// As the client: all that comes until the end.
    Task<void> read_all() {
        std::array<char, 4096> part{};
        for (;;) {
            const ssize_t got = recv(client_.get(), part.data(), part.size(), 0);
            if (got == 0) break;
            if (got > 0) read_ += static_cast<std::size_t>(got);
            co_await NextTurn(reactor_);
        }
    }
    void leave() { client_ = Descriptor(); }

    /// Of what was written, what is not with the kernel yet.
    [[nodiscard]] std::size_t unsent() const {
        int waiting = 0;
        ioctl(client_.get(), FIONREAD, &waiting);
        return written_ - static_cast<std::size_t>(waiting);
    }
    [[nodiscard]] std::size_t written() const { return written_; }
    [[nodiscard]] std::size_t read() const { return read_; }
    [[nodiscard]] bool ended() const { return ended_; }

private:
    Task<void> fill_and_end() {
        std::size_t written = 0;
        for (int full = 0; full < 5;) {
            const Tried put = ours_->try_write(std::string(1000, 'x'));
            const bool taken = put.state == Tried::State::some;
            if (taken) written += put.bytes;
            full = taken ? 0 : full + 1;
            co_await NextTurn(reactor_);
        }
        written_ = written;
        co_await linger(*ours_, kPatience);
        ended_ = true;
        ours_.reset();
    }
    /// Stops the loop with the second of two.
    Task<void> then_stop(Task<void> first) {
        co_await first;
        if (--running_ == 0) reactor_.stop();
    }

    test::FakeClock clock_;
    Reactor reactor_{clock_, make_poller(test::test_io())};
    std::unique_ptr<Socket> ours_;
    Descriptor client_;
    std::size_t written_ = 0;
    std::size_t read_ = 0;
    bool ended_ = false;
    int running_ = 2;
};

// An answer's last bytes, which a client that reads slowly gets as it gets all others.
TEST(Linger, WhatIsNotWithTheKernelYetHasTheTimeOfAnyOtherPart) {
    FullConnection connection;
    struct Client {
        static Task<void> run(FullConnection& connection) {
            co_await connection.wait(kPatience - std::chrono::seconds(1));
            EXPECT_TRUE(connection.unsent() == 0 || !connection.ended());
            co_await connection.read_all();
            connection.leave();
        }
    };
    connection.end(Client::run(connection));
    EXPECT_EQ(connection.read(), connection.written());
}

TEST(Linger, AClientThatNeverReadsIsLeft) {
    FullConnection connection;
    struct Client {
        static Task<void> run(FullConnection& connection) {
            co_await connection.wait(kPatience + std::chrono::seconds(1));
            co_await connection.wait(std::chrono::seconds(kLingerSeconds + 1));
        }
    };
    connection.end(Client::run(connection));
    EXPECT_TRUE(connection.ended());
}

}  // namespace
}  // namespace breakwater::http
