#pragma once
// The access log: a line for each request on stdout, written without ever making a worker wait.
//
// A worker copies a record into a ring of its own; one thread empties the rings, formats and
// writes. A full ring drops the record: dropped records are counted, and said at most once a
// second. While records keep coming, the thread looks every kNap; it sleeps once a whole nap
// brought none, and the first record after that wakes it. So a worker pays a system call at most
// once a nap, not once a line.
//
// What failed through a pod's or our own fault is also said through proxy/base/log.h, a few a
// second.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "proxy/base/log.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/serve/access_log_faults.h"
#include "proxy/serve/access_log_output.h"
#include "proxy/serve/access_log_record.h"
#include "proxy/serve/access_log_ring.h"
#include "proxy/serve/log_format.h"

namespace breakwater::serve {

/// Starts its thread with its constructor; stops with its end.
class AccessLog {
public:
    /// Of one worker: some 2,500 usual records, two naps at full load.
    static constexpr std::size_t kRingBytes = 1024 * 1024;
    /// How late a line may be written while others are.
    static constexpr std::chrono::milliseconds kNap{20};
    /// How long stop() waits for a reader that does not read.
    static constexpr std::chrono::seconds kStopLimit{2};

    struct Setup {
        log::Format format = log::Format::text;
        std::size_t workers = 1;
        int fd = 1;                           ///< stays open until the log has ended; not closed
        std::size_t ring_bytes = kRingBytes;  ///< a power of two, at least 64 KiB
        std::chrono::milliseconds stop_limit = kStopLimit;
    };

    explicit AccessLog(const Setup& setup);
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;
    ~AccessLog();

    /// Copies `record` and returns at once: no allocation, no lock. Texts are cut at the bounds of
    /// access_log_pack.h. Each worker (0 and up) only under its own number, from one thread at a
    /// time.
    void add(std::size_t worker, const LogRecord& record);

    /// Records that no line was written for. Any thread.
    [[nodiscard]] std::uint64_t dropped() const;

    /// Writes everything that was added, as far as the reader takes it within the limit, and ends
    /// the thread. After the workers have stopped; once or more.
    void stop();

private:
    struct alignas(64) Lane {
        explicit Lane(std::size_t bytes) : ring(bytes) {}
        LogRing ring;
        std::atomic<std::uint64_t> dropped{0};  ///< written by the worker
    };

    void run();
    bool gather();
    void write_out();
    void give_up();
    void say_drops();
    void rest(bool idle);
    [[nodiscard]] bool all_empty() const;
    [[nodiscard]] bool out_of_time() const;
    void wake();
    void wait_for_wake(int timeout_ms);

    std::vector<std::unique_ptr<Lane>> lanes_;
    const std::chrono::milliseconds stop_limit_;
    const Descriptor woken_;  ///< eventfd
    std::atomic<bool> asleep_{false};
    std::atomic<bool> stopping_{false};
    std::atomic<Time::rep> stop_by_{0};
    std::atomic<std::uint64_t> unwritten_{0};  ///< taken from a ring, then lost with the reader

    // The thread's own.
    LogOutput output_;
    LineFormat lines_;
    LogFaults faults_;
    std::uint64_t drops_said_ = 0;
    Time drops_said_at_{};
    std::thread thread_;
};

}  // namespace breakwater::serve
