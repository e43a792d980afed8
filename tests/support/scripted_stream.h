#pragma once
// A connection whose peer does what a test says: gives so many bytes, takes so many, breaks.
//
// One thread, in a reactor's loop.

#include <algorithm>
#include <cstddef>
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
    /// It takes all, and has said all that it will say.
    /// @param piece  so much of it comes at once, at most
    ScriptedStream(Reactor& reactor, std::string_view all, std::size_t piece)
        : watch_(reactor, -1), incoming_(all), piece_(piece), ended_(true) {}

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
    std::size_t room = kAll;  ///< changed alone: the kernel says nothing of it
    std::size_t held = 0;     ///< of what it was given before, as TLS holds it: it leaves first
    bool broken = false;      ///< each write fails
    std::vector<std::string> writes;  ///< each that was taken

    [[nodiscard]] std::string written() const {
        std::string bytes;
        for (const std::string& write : writes) bytes += write;
        return bytes;
    }

    // ByteStream.

    Tried try_read(std::span<char> into) override {
        const std::size_t count = std::min({into.size(), piece_, incoming_.size() - read_});
        if (count == 0 && ended_) return Tried::end();
        if (count == 0) {
            watch_.readable = false;
            return Tried::wait();
        }
        incoming_.copy(into.data(), count, read_);
        read_ += count;
        return Tried::some(count);
    }
    Tried try_write(std::string_view bytes) override { return try_write2(bytes, {}); }
    Tried try_write2(std::string_view first, std::string_view second) override {
        if (broken) return Tried::failed(Err::io_failed);
        if (!flush()) return Tried::wait();
        const std::string both = std::string(first) + std::string(second);
        const std::size_t taken = std::min(both.size(), room);
        watch_.writable = taken == both.size();
        if (taken == 0) return Tried::wait();
        writes.push_back(both.substr(0, taken));
        use_room(taken);
        return Tried::some(taken);
    }
    IoWait wait_readable(Deadline deadline) override { return {watch_, Direction::read, deadline}; }
    IoWait wait_writable(Deadline deadline) override {
        return {watch_, Direction::write, deadline};
    }
    Watch& watch() override { return watch_; }
    [[nodiscard]] std::size_t held_bytes() const override { return held; }
    Tried try_shutdown_write() override { return flush() ? Tried::some(1) : Tried::wait(); }
    [[nodiscard]] bool idle_and_intact() const override { return !watch_.readable && !ended_; }

private:
    /// @return whether nothing is held any more
    bool flush() {
        const std::size_t left = std::min(held, room);
        held -= left;
        use_room(left);
        watch_.writable = held == 0;
        return held == 0;
    }
    void use_room(std::size_t bytes) {
        if (room != kAll) room -= bytes;
    }
    void wake_reader() {
        watch_.readable = true;
        watch_.wake_waiters();
    }

    Watch watch_;
    std::string incoming_;
    std::size_t read_ = 0;  ///< of it
    std::size_t piece_ = kAll;
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
