#pragma once
// A connection whose peer does what a test says: gives so many bytes, takes so many, breaks.
//
// One thread, in a reactor's loop.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/reactor.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_io.h"

namespace breakwater::test {

class ScriptedStream final : public ByteStream {
public:
    static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

    /// It takes all, and gives nothing.
    explicit ScriptedStream(Reactor& reactor) : watch_(reactor, -1) {}

    // The peer's.

    /// Sends; what has not been read yet stands before it.
    void give(std::string_view bytes) {
        incoming_ += bytes;
        wake_reader();
    }
    void end() {
        ended_ = true;
        wake_reader();
    }
    /// It has room for so much, and the kernel says so.
    void open(std::size_t bytes) {
        room = bytes;
        watch_.writable = true;
        watch_.wake_waiters();
    }
    std::size_t room = kAll;          ///< changed alone: the kernel says nothing of it
    bool broken = false;              ///< each write fails
    std::vector<std::string> writes;  ///< each that was taken

    [[nodiscard]] std::string written() const {
        std::string bytes;
        for (const std::string& write : writes) bytes += write;
        return bytes;
    }

    // ByteStream.

    Tried try_read(std::span<char> into) override {
        const std::size_t count = std::min(into.size(), incoming_.size());
        if (count == 0 && ended_) return Tried::end();
        if (count == 0) {
            watch_.readable = false;
            return Tried::wait();
        }
        std::memcpy(into.data(), incoming_.data(), count);
        incoming_.erase(0, count);
        return Tried::some(count);
    }
    Tried try_write(std::string_view bytes) override { return try_write2(bytes, {}); }
    Tried try_write2(std::string_view first, std::string_view second) override {
        if (broken) return Tried::failed(Err::io_failed);
        const std::string both = std::string(first) + std::string(second);
        const std::size_t taken = std::min(both.size(), room);
        watch_.writable = taken == both.size();
        if (taken == 0) return Tried::wait();
        writes.push_back(both.substr(0, taken));
        if (room != kAll) room -= taken;
        return Tried::some(taken);
    }
    IoWait wait_readable(Deadline deadline) override { return {watch_, Direction::read, deadline}; }
    IoWait wait_writable(Deadline deadline) override {
        return {watch_, Direction::write, deadline};
    }
    Watch& watch() override { return watch_; }
    Tried try_shutdown_write() override { return Tried::some(1); }
    [[nodiscard]] bool idle_and_intact() const override { return !watch_.readable && !ended_; }

private:
    void wake_reader() {
        watch_.readable = true;
        watch_.wake_waiters();
    }

    Watch watch_;
    std::string incoming_;
    bool ended_ = false;
};

/// A loop with a clock of its own for a test's tasks.
struct ScriptedLoop {
    /// Runs until the task has ended.
    void run(Task<void> test) {
        struct Then {
            static Task<void> stop(Reactor& reactor, Task<void> first) {
                co_await first;
                reactor.stop();
            }
        };
        reactor.spawn(Then::stop(reactor, std::move(test)));
        reactor.run();
    }
    /// Lets time go by, and everybody see it.
    Task<void> pass(Duration time) {
        clock.advance(time);
        for (int turn = 0; turn < 5; ++turn) co_await NextTurn(reactor);
    }

    FakeClock clock;
    Reactor reactor{clock, make_poller(test_io())};
};

}  // namespace breakwater::test
