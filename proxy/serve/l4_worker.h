#pragma once
// TCP and UDP services, and TLS that is passed through, as one worker carries them: its ports, and what
// the log and the counters hear of each session. The worker's thread.

#include <map>
#include <memory>
#include <vector>

#include "proxy/l4/session.h"
#include "proxy/l4/udp_flows.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/serve/access_log_record.h"
#include "proxy/serve/connection.h"
#include "proxy/serve/l4_ports.h"

namespace breakwater::serve {

class Worker;

class L4Worker final : public l4::Lender {
public:
    /// @param worker  outlives this. @param udp_flows  at most so many at once.
    L4Worker(Worker& worker, std::size_t udp_flows);

    void open(L4Opened opened);
    /// Connections go on; flows of datagrams end with their port.
    void close(table::L4Port port);
    void close_all();

    // l4::Lender

    Reactor& reactor() override;
    upstream::Pools& pools() override;
    [[nodiscard]] const table::RoutingTable& routing_table() const override;
    void session_began(const l4::Session& session) override;
    void session_ended(const l4::Session& session) override;

private:
    Task<void> serve(table::L4Port port, Descriptor fd);
    void accept(table::L4Port port, Descriptor fd, const SocketAddress& peer);

    Worker& worker_;
    l4::UdpFlows udp_flows_;
    std::map<table::L4Port, std::vector<Spawned*>> open_;
};

/// The session of a client's connection that is to go to `target`.
[[nodiscard]] l4::Session session_of(const Connection& connection,
                                     std::shared_ptr<const table::L4Target> target);

/// What the log says of a session that has ended. Borrows from it.
[[nodiscard]] LogRecord record_of(const l4::Session& session, Reactor& reactor);

}  // namespace breakwater::serve
