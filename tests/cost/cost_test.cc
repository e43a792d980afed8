// What a request of a kept connection costs in calls: none to the heap, hardly more than four to the
// kernel. Counted on the worker's thread, at 64 connections.
//
// The linker leads the socket calls of our own libraries through the counters below (--wrap); what
// OpenSSL allocates for itself does not come through `operator new`.

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
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
std::atomic<std::uint64_t> received_bytes{0};  ///< into the worker's memory

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

extern "C" ssize_t __real_recv(int fd, void* to, std::size_t bytes, int flags);
extern "C" ssize_t __wrap_recv(int fd, void* to, std::size_t bytes, int flags);
extern "C" ssize_t __wrap_recv(int fd, void* to, std::size_t bytes, int flags) {
    count(system_calls);
    const ssize_t got = __real_recv(fd, to, bytes, flags);
    if (got > 0 && on_worker()) received_bytes += static_cast<std::uint64_t>(got);
    return got;
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

class Cost : public testing::TestWithParam<bool> {};

TEST_P(Cost, OfARequestInTheSteadyState) {
    constexpr int kRounds = 50;
    constexpr double kMostCalls = 4.3;
    Lockstep lockstep(GetParam());
    for (int i = 0; i < 10; ++i) lockstep.round();  // pools fill

    system_calls = 0;
    for (int i = 0; i < kRounds; ++i) lockstep.round_without_requests();
    const std::uint64_t of_holding = system_calls;

    allocations = 0;
    system_calls = 0;
    for (int i = 0; i < kRounds; ++i) lockstep.round();
    const double calls = static_cast<double>(system_calls - of_holding) /
                         (kRounds * static_cast<double>(Lockstep::kConnections));
    EXPECT_EQ(allocations, 0U);
    EXPECT_LE(calls, kMostCalls);
    EXPECT_GE(calls, 4.0) << "two reads and two writes: they are not all counted";
    RecordProperty("calls", std::to_string(calls));
}

TEST(CostOfALargeBody, ItDoesNotComeThroughOurMemory) {
    constexpr std::size_t kBody = 8 << 20;
    constexpr std::uint64_t kMostReceived = 128 * 1024;
    Pod pod;
    Proxy proxy(table_to({pod.address()}));
    Peer client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    Peer visitor = pod.accept();
    visitor.read_head();

    received_bytes = 0;
    std::thread sending([&] { visitor.send(ok(std::string(kBody, 'x'))); });
    EXPECT_EQ(body_of(client.read_message()).size(), kBody);
    sending.join();
    EXPECT_GE(received_bytes, 1U) << "the head comes through it: receives are not counted";
    EXPECT_LE(received_bytes, kMostReceived);
}

INSTANTIATE_TEST_SUITE_P(Protocols, Cost, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "tls" : "plain"; });

}  // namespace
}  // namespace breakwater::test
