#pragma once
// One connection of a client that is passed on as bytes, or one flow of its datagrams, and what the
// worker that carries it lends. One worker.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "proxy/base/address.h"
#include "proxy/base/clock.h"
#include "proxy/base/error.h"
#include "proxy/exchange/fetch.h"
#include "proxy/table/l4_service.h"
#include "proxy/table/routing_table.h"
#include "proxy/upstream/pool.h"
#include "proxy/upstream/visit.h"

namespace breakwater::l4 {

/// nginx's status for a session that came to an endpoint, however it ended.
inline constexpr int kEstablished = 200;

/// What the log and the counters say of it when it ends.
struct Session {
    table::Transport transport = table::Transport::tcp;
    /// Kept beyond the table that it came from: a session may live for days.
    std::shared_ptr<const table::L4Target> target;
    SocketAddress client;
    SocketAddress local;      ///< where the client has come to
    std::string server_name;  ///< in its ClientHello; empty but for TLS that is passed through
    Time began{};
    exchange::AttemptRecord attempts;
    std::uint64_t from_client_bytes = 0;
    std::uint64_t to_client_bytes = 0;
    bool established = false;    ///< an endpoint has taken it
    std::optional<Error> error;  ///< why there was none, or what cut it
    upstream::Visit visit = {};
};

/// What a worker lends to its sessions; outlives them.
class Lender {
public:
    virtual Reactor& reactor() = 0;
    virtual upstream::Pools& pools() = 0;
    /// In force now.
    [[nodiscard]] virtual const table::RoutingTable& routing_table() const = 0;
    virtual void session_began(const Session& session) = 0;
    /// Once for each that began, however it ended.
    virtual void session_ended(const Session& session) = 0;

protected:
    ~Lender() = default;
};

/// Begins a session with its making, and ends it with its own end: cancelling is an end, too.
class OpenSession {
public:
    OpenSession(Lender& lender, Session begun) : session(std::move(begun)), lender_(lender) {
        session.began = lender_.reactor().now();
        lender_.session_began(session);
    }
    OpenSession(const OpenSession&) = delete;
    OpenSession& operator=(const OpenSession&) = delete;
    ~OpenSession();

    Session session;

private:
    Lender& lender_;
};

/// The endpoints of a session's target, one after the other, for as long as `proxy-stream-next-upstream*`
/// lets another be tried.
class Candidates {
public:
    /// @param session  gets an attempt for each. Both outlive this.
    Candidates(Lender& lender, Session& session);

    /// @return the next attempt, which says at which endpoint; null where there is none
    exchange::Attempt* next();

private:
    [[nodiscard]] bool may_go_on() const;

    Reactor& reactor_;
    Session& session_;
    const table::L4Settings settings_;
    const Deadline last_start_;
    Ref<upstream::Pool> pool_;  ///< null where the table has no such backend
};

}  // namespace breakwater::l4
