#pragma once
// The whole traffic half in a scenario: one worker on loopback, a table made by the test, a clock that
// the test moves, and the lines of the access log.

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "proxy/serve/server.h"
#include "proxy/table/routing_table.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"
#include "tests/support/pod.h"

namespace breakwater::test {

/// A table with one host for all names, whose `/` leads to `pods`.
std::shared_ptr<table::RoutingTable> table_to(const std::vector<SocketAddress>& pods);
/// The only location of such a table, for changing its policies before it is published.
table::Location& location_of(table::RoutingTable& table);

class Proxy {
public:
    /// @param udp_flows  at most so many at once, of each worker. @param external_names  to whom they are asked of.
    explicit Proxy(const std::shared_ptr<table::RoutingTable>& table, std::size_t workers = 1,
                   std::size_t udp_flows = l4::UdpFlows::kMost,
                   const resolve::FollowerOptions& external_names = {.local_addresses = true});
    ~Proxy();

    /// A client's connection.
    Peer connect() { return Peer::connect(address()); }
    Peer connect_tls_port() { return Peer::connect(server_.addresses(true).front()); }
    [[nodiscard]] SocketAddress address() const { return server_.addresses(false).front(); }
    /// What a client gets for `request`, over a connection of its own that the proxy then closes or keeps.
    std::string ask(const std::string& request);

    /// The table is in force when this returns.
    void publish(const std::shared_ptr<const table::RoutingTable>& table);
    /// Moves the time, once everything at hand has been done.
    void advance(Duration by);
    /// The same again and again until something has come for the peer, ten times at most. After fill() the kernels on the way
    /// may take a little more all the same, which is progress: whoever waits is given its time anew.
    void advance_until_news(const Peer& peer, Duration by);
    /// Sends a piece again and again until nobody on the way takes more: neither this nor the kernels on its sides.
    /// @param most  no piece that would make it more than this many bytes. @return how many it took
    std::uint64_t fill(Peer& from, const std::string& piece = std::string(1 << 20, 'x'),
                       std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
    [[nodiscard]] WallTime wall() const { return clock_.wall(); }
    serve::Server& server() { return server_; }

    /// The next line of the access log, as JSON text; waits for it.
    std::string next_log_line();

private:
    FakeClock clock_;
    Descriptor log_write_;
    Descriptor log_read_;
    std::string log_unread_;
    serve::Server server_;
};

}  // namespace breakwater::test
