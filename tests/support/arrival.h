#pragma once
// When all that a thread has sent over loopback has arrived. A busy kernel lets packets lie for a while
// (ksoftirqd), and who looks at the sockets meanwhile sees a part of them.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include "proxy/base/check.h"
#include "proxy/reactor/descriptor.h"

namespace breakwater::test {

/// Packets keep their order on the processor that sends them: this keeps its thread on one, and sends itself a
/// datagram behind the others. One thread.
class Arrival {
public:
    Arrival() : self_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        connect_to_itself();
        CHECK(sched_getaffinity(0, sizeof before_, &before_) == 0);
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(sched_getcpu(), &one);
        CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
    }
    Arrival(const Arrival&) = delete;
    Arrival& operator=(const Arrival&) = delete;
    ~Arrival() { sched_setaffinity(0, sizeof before_, &before_); }

    void wait() {
        char last = 0;
        CHECK(send(self_.get(), &last, 1, 0) == 1);
        CHECK(recv(self_.get(), &last, 1, 0) == 1);
    }

private:
    void connect_to_itself() {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t bytes = sizeof own;
        auto* const address = reinterpret_cast<sockaddr*>(&own);
        CHECK(bind(self_.get(), address, bytes) == 0);
        CHECK(getsockname(self_.get(), address, &bytes) == 0);
        CHECK(connect(self_.get(), address, bytes) == 0);
    }

    Descriptor self_;
    cpu_set_t before_{};
};

}  // namespace breakwater::test
