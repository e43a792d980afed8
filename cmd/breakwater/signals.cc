#include "cmd/breakwater/signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>

#include "proxy/base/check.h"

namespace breakwater::cmd {

Signals::Signals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t ending;
    sigemptyset(&ending);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT}) sigaddset(&ending, signal);
    CHECK(pthread_sigmask(SIG_BLOCK, &ending, nullptr) == 0);
    signals_ = Descriptor(signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK));
    failed_ = Descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    CHECK(signals_ && failed_);
}

Signals::Event Signals::wait(Deadline deadline) {
    std::array<pollfd, 2> ready{{{signals_.get(), POLLIN, 0}, {failed_.get(), POLLIN, 0}}};
    int timeout_ms = -1;
    if (!deadline.is_never()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline.at() - system_clock().now());
        timeout_ms = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000'000));
    }
    if (poll(ready.data(), ready.size(), timeout_ms) <= 0) return Event::none;
    if (ready[1].revents != 0) return Event::failure;
    signalfd_siginfo info{};
    [[maybe_unused]] const auto got = read(signals_.get(), &info, sizeof info);
    return Event::signal;
}

void Signals::fail() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto put = write(failed_.get(), &one, sizeof one);
}

}  // namespace breakwater::cmd
