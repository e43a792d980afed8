// No file descriptor is free: accepting pauses, what is open goes on, and accepting resumes by itself.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

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

TEST(Descriptors, AcceptingPausesAndResumes) {
    Pod pod;
    pod.serve([](const std::string&) { return ok("served"); });
    Proxy proxy(table_to({pod.address()}));
    const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    Peer known = proxy.connect();
    known.send(request);
    EXPECT_EQ(body_of(known.read_message()), "served");
    Peer late{Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
    std::string said;
    {
        testing::internal::CaptureStderr();
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
    said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(said.find("accepting pauses"), said.rfind("accepting pauses")) << "said once";
    EXPECT_NE(said.find("accepting pauses"), std::string::npos);
    EXPECT_NE(said.find("accepting goes on"), std::string::npos);
}

}  // namespace
}  // namespace breakwater::test
