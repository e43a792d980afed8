#pragma once
// An endpoint's connections that carry many requests at once: HTTP/2.
//
// Requests that come while one is being opened wait for it, as many as it will carry, in the place of
// opening one each. One worker.

#include <cstddef>
#include <optional>
#include <utility>

#include "proxy/base/address.h"
#include "proxy/base/list.h"
#include "proxy/base/ref.h"
#include "proxy/exchange/transport.h"
#include "proxy/http2/client_connection.h"
#include "proxy/reactor/signal.h"
#include "proxy/table/settings.h"
#include "proxy/tls/handshake_line.h"

namespace breakwater::upstream {

/// How a connection is to be opened.
struct Opening {
    SocketAddress pod;
    exchange::TransportPtr transport;
    Duration connect_timeout;  ///< until the pod's SETTINGS are there
    Duration send_timeout;     ///< a pod that takes nothing for so long is given up
    table::UpstreamSettings limits;
};

class Multiplexed {
public:
    Multiplexed() = default;
    Multiplexed(const Multiplexed&) = delete;
    Multiplexed& operator=(const Multiplexed&) = delete;
    ~Multiplexed() { retire(); }

    /// One that takes another request now; null where there is none.
    [[nodiscard]] Ref<http2::ClientConnection> find(const exchange::TransportPtr& transport);
    /// A new one, or the one that is being opened already: full() where others who waited for it were
    /// more than it takes. This may end while the task waits.
    /// @param handshakes  outlives the reactor's tasks. @param deadline  for waiting
    /// @error those of connect_to_pod(), ClientConnection::wait_for_settings()
    Task<Result<Ref<http2::ClientConnection>>> open(Reactor& reactor, Opening how,
                                                    tls::HandshakeLine& handshakes,
                                                    Deadline deadline);
    /// The endpoint has left the table: they end with the requests that are under way.
    void retire();

private:
    using Opened = Result<Ref<http2::ClientConnection>>;

    class Waiter;
    /// One that is being opened, and who waits for it.
    class Pending final : public Counted, public ListHook<> {
    public:
        Pending(exchange::TransportPtr wanted, List<http2::ClientConnection>& connections)
            : transport(std::move(wanted)), home(connections) {}
        exchange::TransportPtr transport;
        List<http2::ClientConnection>& home;  ///< there as long as this is linked
        List<Waiter> waiters;
        std::size_t waiting = 0;
        std::optional<Opened> opened;

    private:
        ~Pending() override = default;
    };

    /// Among those who wait while it lives: who loses patience leaves room for another.
    class Waiter : public ListHook<> {
    public:
        explicit Waiter(Pending& pending) : pending_(pending) {
            pending_.waiters.push_back(*this);
            ++pending_.waiting;
        }
        ~Waiter() { --pending_.waiting; }
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        Signal news;

    private:
        Pending& pending_;
    };

    static Task<Opened> connect(Reactor& reactor, Opening how, tls::HandshakeLine& handshakes);
    static Task<void> open_pending(Reactor& reactor, Opening how, tls::HandshakeLine& handshakes,
                                   Ref<Pending> pending);
    Ref<Pending> find_pending(const exchange::TransportPtr& transport);

    List<http2::ClientConnection> connections_;
    List<Pending> pending_;
};

}  // namespace breakwater::upstream
