// What a request of a kept connection costs in calls: none to the heap; to the kernel hardly more than
// four by epoll, and a part of one by io_uring. Counted on the worker's thread, at 64 connections.
//
// The linker leads the socket calls of our own libraries through the counters below (--wrap); what
// OpenSSL allocates for itself does not come through `operator new`.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <liburing.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <thread>

#include "tests/support/lockstep.h"
#include "tests/support/proxy.h"

namespace {

std::atomic<std::uint64_t> system_calls{0};
std::atomic<std::uint64_t> allocations{0};
std::atomic<std::uint64_t> spliced_bytes{0};  ///< past the worker's memory

bool on_worker() {
    thread_local bool worker = false;  // until the thread has its name
    if (!worker) {
        char name[16] = "";
        pthread_getname_np(pthread_self(), name, sizeof name);
        worker = std::string_view(name) == "worker-0";
    }
    return worker;
}

void count(std::atomic<std::uint64_t>& counter) {
    if (on_worker()) counter.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

#define COUNTED(result, name, parameters, ...)   \
    extern "C" result __real_##name parameters;  \
    extern "C" result __wrap_##name parameters;  \
    extern "C" result __wrap_##name parameters { \
        count(system_calls);                     \
        return __real_##name(__VA_ARGS__);       \
    }

// recvfrom, sendto and sendmsg of a socket: proxy/reactor/socket_calls.h. More arguments than a call has do no harm.
extern "C" long __real_syscall(long number, ...);
extern "C" long __wrap_syscall(long number, ...);
extern "C" long __wrap_syscall(long number, ...) {
    count(system_calls);
    std::va_list list;
    va_start(list, number);
    long arguments[6];
    for (long& each : arguments) each = va_arg(list, long);
    va_end(list);
    return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                          arguments[4], arguments[5]);
}
COUNTED(ssize_t, send, (int fd, const void* from, std::size_t bytes, int flags), fd, from, bytes,
        flags)
COUNTED(ssize_t, sendmsg, (int fd, const msghdr* message, int flags), fd, message, flags)
COUNTED(ssize_t, read, (int fd, void* to, std::size_t bytes), fd, to, bytes)
COUNTED(ssize_t, write, (int fd, const void* from, std::size_t bytes), fd, from, bytes)
COUNTED(int, epoll_wait, (int fd, epoll_event* events, int count_of, int timeout), fd, events,
        count_of, timeout)
COUNTED(int, epoll_ctl, (int fd, int what, int on, epoll_event* event), fd, what, on, event)
COUNTED(int, close, (int fd), fd)
COUNTED(int, socket, (int domain, int type, int protocol), domain, type, protocol)
COUNTED(int, setsockopt, (int fd, int level, int name, const void* value, socklen_t bytes), fd,
        level, name, value, bytes)

COUNTED(ssize_t, recv, (int fd, void* to, std::size_t bytes, int flags), fd, to, bytes, flags)
COUNTED(int, io_uring_submit, (io_uring * ring), ring)
COUNTED(int, io_uring_submit_and_get_events, (io_uring * ring), ring)
COUNTED(int, io_uring_submit_and_wait_timeout,
        (io_uring * ring, io_uring_cqe** first, unsigned count_of, __kernel_timespec* limit,
         sigset_t* signals),
        ring, first, count_of, limit, signals)

extern "C" ssize_t __real_splice(int from, loff_t* from_at, int to, loff_t* to_at,
                                 std::size_t bytes, unsigned flags);
extern "C" ssize_t __wrap_splice(int from, loff_t* from_at, int to, loff_t* to_at,
                                 std::size_t bytes, unsigned flags);
extern "C" ssize_t __wrap_splice(int from, loff_t* from_at, int to, loff_t* to_at,
                                 std::size_t bytes, unsigned flags) {
    count(system_calls);
    const ssize_t moved = __real_splice(from, from_at, to, to_at, bytes, flags);
    if (moved > 0 && on_worker()) spliced_bytes += static_cast<std::uint64_t>(moved);
    return moved;
}

void* operator new(std::size_t bytes) {
    count(allocations);
    if (void* const memory = std::malloc(bytes)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace breakwater::test {
namespace {

struct Way {
    const char* name;
    Clients clients;
    Io io;
    double least_calls;  ///< fewer, and they are not all counted
    double most_calls;
};
constexpr Way kWays[] = {
    {"plain", Clients::plain, Io::epoll, 4.0, 4.3},  // two reads, two writes, a share of a wait
    {"tls", Clients::tls, Io::epoll, 4.0, 4.3},
    {"plain_uring", Clients::plain, Io::uring, 0.02, 0.5},
    {"tls_uring", Clients::tls, Io::uring, 0.02, 0.5},
    {"http2", Clients::http2, Io::epoll, 2.0,
     2.6},  // a read and a write of many requests, and the pods'
    {"http2_uring", Clients::http2, Io::uring, 0.02, 0.5},
};

class Cost : public testing::TestWithParam<Way> {};

TEST_P(Cost, OfARequestInTheSteadyState) {
    constexpr int kRounds = 50;
    const auto io = choose_io(GetParam().io);
    if (!io) GTEST_SKIP() << io.error();
    Lockstep lockstep(GetParam().clients, *io);
    lockstep.warm_up();

    system_calls = 0;
    for (int i = 0; i < kRounds; ++i) lockstep.round_without_requests();
    const std::uint64_t of_holding = system_calls;

    allocations = 0;
    system_calls = 0;
    for (int i = 0; i < kRounds; ++i) lockstep.round();
    const double calls = static_cast<double>(system_calls - of_holding) /
                         (kRounds * static_cast<double>(Lockstep::kRequests));
    EXPECT_EQ(allocations, 0U);
    EXPECT_LE(calls, GetParam().most_calls);
    EXPECT_GE(calls, GetParam().least_calls);
    RecordProperty("calls", std::to_string(calls));
}

TEST(CostOfALargeBody, ItDoesNotComeThroughOurMemory) {
    constexpr std::size_t kBody = 8 << 20;
    constexpr std::uint64_t kMostReceived = 256 * 1024;
    Pod pod;
    Proxy proxy(table_to({pod.address()}));
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    Peer visitor = pod.accept();
    visitor.read_head();

    spliced_bytes = 0;
    std::thread sending([&] { visitor.send(ok(std::string(kBody, 'x'))); });
    EXPECT_EQ(body_of(client.read_message()).size(), kBody);
    sending.join();
    EXPECT_GE(spliced_bytes, 2 * (kBody - kMostReceived)) << "into a pipe and out of it";
}

INSTANTIATE_TEST_SUITE_P(Ways, Cost, testing::ValuesIn(kWays),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::test
