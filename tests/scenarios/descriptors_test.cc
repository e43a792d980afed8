// No file descriptor is free: accepting pauses, what is open goes on, and accepting resumes by itself.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "tests/support/proxy.h"

namespace breakwater::test {
namespace {

/// Allows the process no descriptor more than it has, for as long as this lives.
class NoDescriptors {
public:
    NoDescriptors() {
        getrlimit(RLIMIT_NOFILE, &before_);
        const Descriptor next(dup(0));  // the lowest that is free
        const rlimit now{static_cast<rlim_t>(next.get()), before_.rlim_max};
        setrlimit(RLIMIT_NOFILE, &now);
    }
    ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

private:
    rlimit before_{};
};

/// What the process says on stderr, as long as this lives.
class Stderr {
public:
    Stderr() {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        dup2(ends[1], STDERR_FILENO);
        ::close(ends[1]);
        said = Peer(Descriptor(ends[0]));
    }
    ~Stderr() { dup2(before_.get(), STDERR_FILENO); }
    Stderr(const Stderr&) = delete;
    Stderr& operator=(const Stderr&) = delete;

    Peer said{Descriptor()};

private:
    Descriptor before_{dup(STDERR_FILENO)};
};

TEST(Descriptors, AcceptingPausesAndResumes) {
#if __has_feature(undefined_behavior_sanitizer)
    GTEST_SKIP()
        << "UBSan looks at memory through a pipe, for which there is no descriptor then either";
#endif
    Pod pod;
    pod.serve([](const std::string&) { return ok("served"); });
    Proxy proxy(table_to({pod.address()}));
    const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    Peer known = proxy.connect();
    known.send(request);
    EXPECT_EQ(body_of(known.read_message()), "served");
    Peer late{Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
    Stderr standard_error;
    {
        const NoDescriptors none;
        late.connect_to(proxy.address());
        late.send(request);
        for (int i = 0; i < 5; ++i) proxy.advance(std::chrono::milliseconds(150));
        EXPECT_FALSE(late.has_news());
        known.send(request);
        EXPECT_EQ(body_of(known.read_message()), "served");
        EXPECT_EQ(proxy.server().connections(), 1U);
    }
    proxy.advance(std::chrono::milliseconds(150));
    EXPECT_EQ(body_of(late.read_message()), "served");
    const std::string said = standard_error.said.read_until("accepting goes on");
    EXPECT_NE(said.find("accepting pauses"), std::string::npos);
    EXPECT_EQ(said.find("accepting pauses"), said.rfind("accepting pauses")) << "said once";
}

}  // namespace
}  // namespace breakwater::test
