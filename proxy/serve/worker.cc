#include "proxy/serve/worker.h"

#include <fmt/format.h>

#include <utility>

#include "proxy/reactor/listen_socket.h"

namespace breakwater::serve {

Worker::Worker(std::size_t index, Io io, const Clock& clock, AccessLog& log,
               const tls::TicketSeed& seed)
    : tls_(table::TlsSettings{}, seed, *this, clock),
      thread_(std::make_unique<ReactorThread>(fmt::format("worker-{}", index), clock, io)),
      upstream_(std::make_unique<upstream::Upstream>(thread_->reactor())),
      context_(std::make_unique<WorkerContext>(index, thread_->reactor(), *upstream_, log)) {
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
        context_->counters.set_in_force(table_->ingress_names, reactor().now());
        if (asks_others) end_outdated();
    });
}

void Worker::listen(std::vector<Listener> listeners) {
    reactor().post([this, opened = std::move(listeners)]() mutable {
        for (Listener& listener : opened) {
            accepting_.push_back(&reactor().spawn(accept_connections(*this, std::move(listener))));
        }
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
    context_->stopping = true;
    end_connections();
}

void Worker::end(Connection& connection) {
    if (connection.leaving) connection.leaving->leave();
    if (connection.idle) reactor().cancel(*connection.task);
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

void Worker::open(Descriptor fd, const SocketAddress& peer, bool tls) {
    auto connection = std::make_unique<Connection>(*this);
    Connection& opened = *connection;
    opened.facts.peer = peer;
    opened.facts.peer_ip = peer.ip.to_string();
    opened.facts.local = ListenSocket::local_address(fd);
    opened.facts.tls = tls;
    connections_.push_back(opened);
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
