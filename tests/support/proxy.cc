#include "tests/support/proxy.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "tests/support/test_io.h"

namespace breakwater::test {
namespace {

Descriptor make_pipe(Descriptor& write_end) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    write_end = Descriptor(ends[1]);
    return Descriptor(ends[0]);
}

}  // namespace

std::shared_ptr<table::RoutingTable> table_to(const std::vector<SocketAddress>& pods) {
    auto table = std::make_shared<table::RoutingTable>();
    table->settings.bind_addresses = {"127.0.0.1"};
    auto backend = std::make_shared<table::Backend>();
    backend->name = "shop-web-80";
    for (const SocketAddress& pod : pods) backend->endpoints.push_back({pod});
    std::ranges::sort(backend->endpoints, {}, &table::Endpoint::address);
    table->backends.put(std::move(backend));

    auto host = std::make_shared<table::Host>();
    host->fallback.origin = {"shop", "front", "web", "80"};
    host->fallback.backend = "shop-web-80";
    table->catch_all = std::move(host);
    return table;
}

table::Location& location_of(table::RoutingTable& table) {
    return const_cast<table::Host&>(*table.catch_all)
        .fallback;  // the test made it and has not shared it yet
}

Proxy::Proxy(const std::shared_ptr<table::RoutingTable>& table, std::size_t workers,
             std::size_t udp_flows, const resolve::FollowerOptions& external_names)
    : log_read_(make_pipe(log_write_)),
      server_({.workers = workers,
               .io = test_io(),
               .ports = {0, 0},
               .log_format = log::Format::json,
               .log_fd = log_write_.get(),
               .health_check_path = "/healthz",
               .udp_flows = udp_flows,
               .ocsp = {.local_responders = true},
               .external_names = external_names},
              clock_) {
    publish(table);
}

Proxy::~Proxy() = default;

void Proxy::publish(const std::shared_ptr<const table::RoutingTable>& table) {
    // A copy: what is in force never changes, and tests go on with theirs.
    const auto published = server_.publish(std::make_shared<table::RoutingTable>(*table));
    EXPECT_TRUE(published.has_value()) << published.error();
    server_.settle();
}

std::string Proxy::ask(const std::string& request) {
    Peer client = connect();
    client.send(request);
    return client.read_message();
}

void Proxy::advance(Duration by) {
    server_.settle();
    clock_.advance(by);
    server_.settle();
}

void Proxy::advance_until_news(const Peer& peer, Duration by) {
    for (int i = 0; i < 10 && !peer.has_news(); ++i) advance(by);
}

std::uint64_t Proxy::fill(Peer& from, const std::string& piece, std::uint64_t most) {
    std::uint64_t sent = 0;
    for (int quiet = 0; quiet < 10 && sent + piece.size() <= most;) {
        const std::size_t taken = from.send_some(piece);
        sent += taken;
        quiet = taken > 0 ? 0 : quiet + 1;
        if (taken > 0) continue;
        server_.settle();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the kernels' time
    }
    return sent;
}

std::string Proxy::next_log_line() {
    for (;;) {
        const std::size_t end = log_unread_.find('\n');
        if (end != std::string::npos) {
            std::string line = log_unread_.substr(0, end);
            log_unread_.erase(0, end + 1);
            return line;
        }
        pollfd ready{log_read_.get(), POLLIN, 0};
        std::array<char, 4096> room;
        if (poll(&ready, 1, 1000 * static_cast<int>(kPatience.count())) != 1) {
            ADD_FAILURE() << "no log line came";
            return {};
        }
        const ssize_t got = read(log_read_.get(), room.data(), room.size());
        if (got <= 0) return {};
        log_unread_.append(room.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace breakwater::test
