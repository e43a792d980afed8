#include "proxy/serve/access_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "proxy/serve/access_log_record_example.h"

namespace breakwater::serve {
namespace {

using std::chrono::milliseconds;

struct Pipe {
    Pipe() {
        std::array<int, 2> fds{};
        EXPECT_EQ(pipe2(fds.data(), O_CLOEXEC), 0);
        from = Descriptor(fds[0]);
        to = Descriptor(fds[1]);
    }
    /// Everything until the writing end is closed.
    std::string drain() {
        to = Descriptor();
        std::string all;
        std::array<char, 4096> room{};
        for (;;) {
            const ssize_t count = ::read(from.get(), room.data(), room.size());
            if (count <= 0) return all;
            all.append(room.data(), static_cast<std::size_t>(count));
        }
    }
    /// The next line, waited for.
    std::string read_line() const {
        std::string line;
        char c = 0;
        while (::read(from.get(), &c, 1) == 1 && c != '\n') line += c;
        return line;
    }
    Descriptor from;
    Descriptor to;
};

std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

LogRecord record_with_id(std::string_view id) {
    LogRecord record = example_record();
    record.request_id = id;
    return record;
}

TEST(AccessLog, WritesWhatWasAddedBeforeItStops) {
    Pipe pipe;
    AccessLog log({.format = log::Format::json, .fd = pipe.to.get()});
    for (int i = 0; i < 50; ++i) log.add(0, record_with_id(std::to_string(i)));
    log.stop();
    log.stop();
    const std::string text = pipe.drain();
    EXPECT_EQ(lines_in(text), 50u);
    EXPECT_LT(text.find("\"request_id\":\"0\""), text.find("\"request_id\":\"49\""));
    EXPECT_EQ(log.dropped(), 0u);
}

TEST(AccessLog, WakesForARecordAfterARest) {
    Pipe pipe;
    AccessLog log({.fd = pipe.to.get()});
    for (const char* id : {"first", "second", "third"}) {
        pollfd nothing{pipe.from.get(), POLLIN, 0};  // long enough for the thread to fall asleep
        ASSERT_EQ(poll(&nothing, 1, static_cast<int>(4 * AccessLog::kNap.count())), 0);
        log.add(0, record_with_id(id));
        EXPECT_TRUE(pipe.read_line().ends_with(id));
    }
}

TEST(AccessLog, TakesFromManyWorkersAtOnce) {
    constexpr std::size_t kWorkers = 4;
    constexpr int kEach = 2000;
    Pipe pipe;
    std::string text;
    std::thread reader;
    std::uint64_t dropped = 0;
    {
        AccessLog log({.workers = kWorkers, .fd = pipe.to.get(), .ring_bytes = 64 * 1024});
        reader = std::thread([&, from = pipe.from.get()] {
            std::array<char, 65536> room{};
            for (ssize_t n = 0; (n = ::read(from, room.data(), room.size())) > 0;) {
                text.append(room.data(), static_cast<std::size_t>(n));
            }
        });
        std::vector<std::thread> workers;
        for (std::size_t w = 0; w < kWorkers; ++w) {
            workers.emplace_back([&, w] {
                for (int i = 0; i < kEach; ++i) log.add(w, example_record());
            });
        }
        for (std::thread& worker : workers) worker.join();
        log.stop();
        dropped = log.dropped();
    }
    pipe.to = Descriptor();
    reader.join();
    EXPECT_EQ(lines_in(text) + dropped, kWorkers * kEach);
    EXPECT_EQ(text.find("192.0.2.7"), 0u);
}

TEST(AccessLog, DropsAndCountsWhenNobodyReads) {
    constexpr std::uint64_t kRecords = 20000;  // more than pipe, batch and ring hold together
    Pipe pipe;
    AccessLog log({.fd = pipe.to.get(), .ring_bytes = 64 * 1024, .stop_limit = milliseconds(10)});
    for (std::uint64_t i = 0; i < kRecords; ++i) log.add(0, example_record());
    EXPECT_GT(log.dropped(), 0u);
    log.stop();
    EXPECT_EQ(lines_in(pipe.drain()) + log.dropped(), kRecords);
}

TEST(AccessLog, OutlivesItsReader) {
    Pipe pipe;
    AccessLog log({.fd = pipe.to.get()});
    pipe.from = Descriptor();
    for (int i = 0; i < 10; ++i) log.add(0, example_record());
    log.stop();
    EXPECT_EQ(log.dropped(), 10u);
}

}  // namespace
}  // namespace breakwater::serve
