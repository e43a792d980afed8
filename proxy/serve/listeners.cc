#include "proxy/serve/listeners.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "proxy/base/log.h"
#include "proxy/reactor/listen_socket.h"
#include "proxy/reactor/turn_share.h"
#include "proxy/serve/worker.h"

namespace breakwater::serve {
namespace {

/// How long accepting rests where no descriptor is free.
constexpr auto kPause = std::chrono::milliseconds(100);
/// Connections accepted in one turn of the loop before those that are open have theirs.
constexpr std::uint64_t kAcceptsPerTurn = 64;

/// Said once a process until it is over: every worker meets it at the same time.
std::atomic<bool> out_of_descriptors{false};

void say_pause() {
    if (out_of_descriptors.exchange(true)) return;
    log::warn("no file descriptor is free, accepting pauses", {{"hint", "raise RLIMIT_NOFILE"}});
}

void say_resumed() {
    if (out_of_descriptors.load(std::memory_order_relaxed) && out_of_descriptors.exchange(false)) {
        log::info("a file descriptor is free again, accepting goes on");
    }
}

std::expected<std::vector<IpAddress>, std::string> bind_addresses(const table::Settings& settings) {
    std::vector<IpAddress> addresses;
    for (const std::string& text : settings.bind_addresses) {
        const auto address = IpAddress::parse(text);
        if (!address) return std::unexpected("bind-address: " + text + " is no IP address");
        addresses.push_back(*address);
    }
    if (addresses.empty()) {
        addresses.push_back(*IpAddress::parse("0.0.0.0"));
        if (!settings.disable_ipv6) addresses.push_back(*IpAddress::parse("::"));
    }
    return addresses;
}

/// A machine without IPv6 serves IPv4 alone, unless it was told an IPv6 address.
bool family_missing(const SocketAddress& address, const table::Settings& settings) {
    if (address.ip.is_v4() || !settings.bind_addresses.empty()) return false;
    return !ListenSocket::family_available(address);
}

std::expected<void, std::string> open_on(SocketAddress address, bool tls,
                                         std::vector<std::vector<Listener>>& by_worker) {
    if (address.port != 0) {
        if (const auto free = ListenSocket::check_free(address); !free) return free;
    }
    for (auto& listeners : by_worker) {
        auto fd = ListenSocket::open(address);
        if (!fd) return std::unexpected(fd.error());
        address = ListenSocket::local_address(*fd);  // port 0: all workers share the one it became
        listeners.push_back({std::move(*fd), address, tls});
    }
    return {};
}

}  // namespace

std::expected<std::vector<std::vector<Listener>>, std::string> open_listeners(
    const table::Settings& settings, ListenerPorts ports, std::size_t workers) {
    const auto addresses = bind_addresses(settings);
    if (!addresses) return std::unexpected(addresses.error());
    std::vector<std::vector<Listener>> by_worker(workers);
    for (const IpAddress& ip : *addresses) {
        if (family_missing({ip, 0}, settings)) continue;
        if (const auto opened = open_on({ip, ports.http}, false, by_worker); !opened) {
            return std::unexpected(opened.error());
        }
        if (const auto opened = open_on({ip, ports.https}, true, by_worker); !opened) {
            return std::unexpected(opened.error());
        }
    }
    return by_worker;
}

Task<void> accept_connections(Worker& worker, Listener listener) {
    ListenSocket socket(worker.reactor(), std::move(listener.fd));
    TurnShare<kAcceptsPerTurn> share;
    for (;;) {
        Accepted accepted = socket.try_accept();
        switch (accepted.state) {
            case Accepted::State::connection:
                say_resumed();
                worker.open(std::move(accepted.fd), accepted.peer, listener.tls);
                break;
            case Accepted::State::wait: {
                Done ready = co_await socket.wait_readable();
                (void)ready;  // without a deadline it only says yes
                continue;
            }
            case Accepted::State::exhausted:
                say_pause();
                co_await Sleep(worker.reactor(), Deadline::after(worker.reactor().now(), kPause));
                continue;
            case Accepted::State::skipped: break;
        }
        share.count();
        if (share.spent()) co_await next_turn();
    }
}

}  // namespace breakwater::serve
