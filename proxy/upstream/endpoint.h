#pragma once
// One address of a pod, as one worker knows it: its connections.
//
// Lives while the table or a request refers to it; a new table does not touch it. One worker.

#include <cstddef>
#include <memory>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/base/list.h"
#include "proxy/base/ref.h"
#include "proxy/http1/client_connection.h"
#include "proxy/table/settings.h"
#include "proxy/upstream/multiplexed.h"

namespace breakwater::upstream {

class Endpoint;

/// All kept connections of one worker: at most so many, the longest unused goes first.
class IdleConnections {
public:
    explicit IdleConnections(Reactor& reactor) : reactor_(reactor) {}
    ~IdleConnections() { close_until(0); }

    void keep(Endpoint& endpoint, std::unique_ptr<http1::ClientConnection> connection);
    /// One of these, out of both of its lists.
    std::unique_ptr<http1::ClientConnection> take(http1::ClientConnection& idle);
    /// Closes those whose time is over, and those that the pod has closed.
    void sweep();

    /// The limits in force: `upstream-keepalive-*`.
    void set_limits(const table::UpstreamSettings& limits) { limits_ = limits; }
    [[nodiscard]] bool too_old(const http1::ClientConnection& connection) const;
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    void close_until(std::size_t left);

    Reactor& reactor_;
    table::UpstreamSettings limits_;
    List<http1::ClientConnection, http1::OfWorker> oldest_first_;  ///< owns them
    std::size_t size_ = 0;
};

class Endpoint final : public http1::ConnectionHome {
public:
    Endpoint(SocketAddress address, std::shared_ptr<IdleConnections> idle)
        : address_(address), all_idle_(std::move(idle)) {}

    [[nodiscard]] const SocketAddress& address() const { return address_; }
    /// The kept connection of that transport that was used last and is intact; null where there is none.
    std::unique_ptr<http1::ClientConnection> take_kept(const exchange::TransportPtr& transport);
    void give_back(std::unique_ptr<http1::ClientConnection> connection) override;
    /// Those of HTTP/2, which nobody takes for itself.
    Multiplexed& multiplexed() { return multiplexed_; }
    /// It has left the table: what is in flight may finish, nothing is kept.
    void retire();

    /// How many are here, as far as policies have them counted (visit.h).
    [[nodiscard]] std::size_t visits() const { return visits_; }
    void visit_began() { ++visits_; }
    void visit_ended() { --visits_; }

private:
    friend class IdleConnections;
    ~Endpoint() override { close_idle(); }
    void close_idle();

    SocketAddress address_;
    std::shared_ptr<IdleConnections> all_idle_;
    List<http1::ClientConnection, http1::OfEndpoint> idle_;  ///< last used first
    Multiplexed multiplexed_;
    std::size_t visits_ = 0;
    bool retired_ = false;
};

}  // namespace breakwater::upstream
