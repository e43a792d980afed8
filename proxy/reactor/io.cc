#include "proxy/reactor/io.h"

#include <fmt/format.h>

#include <thread>
#include <utility>

#include "proxy/reactor/epoll_poller.h"
#include "proxy/reactor/uring_poller.h"

namespace breakwater {
namespace {

/// Opens a ring and closes it again. On a thread of its own: the end of a ring interrupts the system
/// calls of the thread that made it.
std::expected<void, std::string> try_uring() {
    std::expected<void, std::string> outcome;
    std::thread trying([&outcome] {
        if (const auto ring = Uring::open(); !ring) outcome = std::unexpected(ring.error());
    });
    trying.join();
    return outcome;
}

}  // namespace

std::string_view name(Io io) { return io == Io::epoll ? "epoll" : "uring"; }

std::expected<Io, std::string> choose_io(std::optional<Io> wanted) {
    if (wanted == Io::epoll) return Io::epoll;
    const auto tried = try_uring();
    if (tried) return Io::uring;
    if (!wanted) return Io::epoll;
    return std::unexpected(fmt::format("io_uring cannot be used here: {}", tried.error()));
}

std::unique_ptr<Poller> make_poller(Io io) {
    if (io == Io::epoll) return std::make_unique<EpollPoller>();
    return std::make_unique<UringPoller>();
}

}  // namespace breakwater
