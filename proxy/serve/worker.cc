#include "proxy/serve/worker.h"

#include <fmt/format.h>

#include <utility>

#include "proxy/reactor/listen_socket.h"

namespace breakwater::serve {

Worker::Worker(std::size_t index, Io io, const Clock& clock, AccessLog& log,
               const tls::TicketSeed& seed, std::size_t udp_flows)
    : tls_(table::TlsSettings{}, seed, *this, clock),
      thread_(std::make_unique<ReactorThread>(fmt::format("worker-{}", index), clock, io)),
      upstream_(std::make_unique<upstream::Upstream>(thread_->reactor())),
      context_(std::make_unique<WorkerContext>(index, thread_->reactor(), *upstream_, log)),
      l4_(std::make_unique<L4Worker>(*this, udp_flows)) {
    reactor().post([this] { reactor().spawn(upstream_->sweep_regularly()); });
}

Worker::~Worker() { thread_->stop(); }

void Worker::publish(std::shared_ptr<const CompiledTable> table) {
    reactor().post([this, compiled = std::move(table)]() mutable {
        const bool asks_others = table_ && table_->clients != compiled->clients;
        table_ = std::move(compiled);
        context_->table = exchange::TablePin(new exchange::TableInForce(table_));
        tls_.follow(table_->table->settings.tls);
        tls_.follow(table_->table->ticket_secret);
        upstream_->pools().follow(table_->table);
        context_->counters.set_in_force(table_->table, reactor().now());
        if (asks_others) end_outdated();
    });
}

void Worker::listen(std::vector<Listener> listeners) {
    reactor().post([this, opened = std::move(listeners)]() mutable {
        for (Listener& listener : opened) {
            accepting_.push_back(&reactor().spawn(accept_connections(
                reactor(), std::move(listener.fd),
                [this, tls = listener.tls](Descriptor fd, const SocketAddress& peer) {
                    open(std::move(fd), peer, tls);
                })));
        }
    });
}

void Worker::open_l4(std::vector<L4Opened> opened) {
    reactor().post([this, ports = std::move(opened)]() mutable {
        if (context_->stopping) return;
        for (L4Opened& port : ports) l4_->open(std::move(port));
    });
}

void Worker::close_l4(const std::vector<table::L4Port>& ports) {
    run([&] {
        for (const table::L4Port port : ports) l4_->close(port);
    });
}

void Worker::drain() {
    reactor().post([this] { context_->draining = true; });
}

void Worker::stop_accepting() {
    reactor().post([this] {
        context_->draining = true;
        reactor().spawn(close_listeners());
    });
}

void Worker::end_tunnels() {
    reactor().post([this] { context_->over.raise(reactor()); });
}

Task<void> Worker::close_listeners() {
    co_await NextTurn(reactor());  // in which what is queued is accepted
    for (Spawned* accepting : std::exchange(accepting_, {})) reactor().cancel(*accepting);
    l4_->close_all();
    context_->stopping = true;
    end_connections();
}

void Worker::end(Connection& connection) {
    if (connection.leaving) return connection.leaving->leave();
    if (connection.idle) reactor().cancel(*connection.task);  // it has not come to a protocol
}

void Worker::end_connections() {
    Connection* next = nullptr;
    for (Connection* connection = connections_.front(); connection; connection = next) {
        next = connections_.next(*connection);
        end(*connection);
    }
}

bool Worker::outdated(const exchange::ConnectionFacts& facts) const {
    const tls::ClientVerifier::Shared& asks = table_->clients->find(facts.sni);
    if (!asks || !facts.client) return asks != nullptr || facts.client != nullptr;
    return asks->key() != facts.client->asked_under;
}

void Worker::end_outdated() {
    Connection* next = nullptr;
    for (Connection* connection = connections_.front(); connection; connection = next) {
        next = connections_.next(*connection);
        // One that has not come to its protocol finds out itself.
        if (connection->facts.tls && connection->leaving && outdated(connection->facts)) {
            end(*connection);
        }
    }
}

std::unique_ptr<Connection> Worker::admit(const Descriptor& fd, const SocketAddress& peer) {
    auto connection = std::make_unique<Connection>(*this);
    connection->facts.peer = peer;
    connection->facts.peer_ip = peer.ip.to_string();
    connection->facts.local = ListenSocket::local_address(fd);
    connections_.push_back(*connection);
    return connection;
}

void Worker::open(Descriptor fd, const SocketAddress& peer, bool tls) {
    auto connection = admit(fd, peer);
    Connection& opened = *connection;
    opened.facts.tls = tls;
    opened.task = &reactor().spawn(serve_connection(*this, std::move(connection), std::move(fd)));
}

void Worker::count_opened() {
    open_.fetch_add(1, std::memory_order_relaxed);
    context_->counters.connection_opened();
}

void Worker::count_closed() {
    open_.fetch_sub(1, std::memory_order_relaxed);
    context_->counters.connection_closed();
}

}  // namespace breakwater::serve
