#include "proxy/serve/listeners.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "proxy/base/log.h"
#include "proxy/reactor/listen_socket.h"
#include "proxy/reactor/turn_share.h"
#include "proxy/reactor/udp_socket.h"

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

std::expected<void, std::string> check_free(table::Transport transport,
                                            const SocketAddress& address) {
    return transport == table::Transport::tcp ? ListenSocket::check_free(address)
                                              : UdpSocket::check_free(address);
}

std::expected<Descriptor, std::string> open_socket(table::Transport transport,
                                                   const SocketAddress& address) {
    return transport == table::Transport::tcp ? ListenSocket::open(address)
                                              : UdpSocket::open(address);
}

std::expected<void, std::string> open_on(SocketAddress address, table::Transport transport,
                                         std::vector<std::vector<Listener>>& by_worker) {
    if (address.port != 0) {
        if (const auto free = check_free(transport, address); !free) return free;
    }
    for (auto& listeners : by_worker) {
        auto fd = open_socket(transport, address);
        if (!fd) return std::unexpected(fd.error());
        address = ListenSocket::local_address(*fd);  // port 0: all workers share the one it became
        listeners.push_back({std::move(*fd), address});
    }
    return {};
}

}  // namespace

Listeners open_port(const table::Settings& settings, table::L4Port port, std::size_t workers) {
    const auto addresses = bind_addresses(settings);
    if (!addresses) return std::unexpected(addresses.error());
    std::vector<std::vector<Listener>> by_worker(workers);
    for (const IpAddress& ip : *addresses) {
        if (family_missing({ip, 0}, settings)) continue;
        if (const auto opened = open_on({ip, port.number}, port.transport, by_worker); !opened) {
            return std::unexpected(opened.error());
        }
    }
    return by_worker;
}

Listeners open_listeners(const table::Settings& settings, ListenerPorts ports,
                         std::size_t workers) {
    Listeners plain = open_port(settings, {table::Transport::tcp, ports.http}, workers);
    if (!plain) return plain;
    Listeners tls = open_port(settings, {table::Transport::tcp, ports.https}, workers);
    if (!tls) return tls;
    for (std::size_t i = 0; i < workers; ++i) {
        for (Listener& listener : (*tls)[i]) {
            listener.tls = true;
            (*plain)[i].push_back(std::move(listener));
        }
    }
    return plain;
}

Task<void> accept_connections(Reactor& reactor, Descriptor listening, Accept accept) {
    ListenSocket socket(reactor, std::move(listening));
    TurnShare<kAcceptsPerTurn> share;
    for (;;) {
        Accepted accepted = socket.try_accept();
        switch (accepted.state) {
            case Accepted::State::connection:
                say_resumed();
                accept(std::move(accepted.fd), accepted.peer);
                break;
            case Accepted::State::wait: {
                Done ready = co_await socket.wait_readable();
                (void)ready;  // without a deadline it only says yes
                continue;
            }
            case Accepted::State::exhausted:
                say_pause();
                co_await Sleep(reactor, Deadline::after(reactor.now(), kPause));
                continue;
            case Accepted::State::skipped: break;
        }
        share.count();
        if (share.spent()) co_await next_turn();
    }
}

}  // namespace breakwater::serve
