#include "proxy/serve/l4_worker.h"

#include <utility>

#include "proxy/l4/tcp.h"
#include "proxy/serve/worker.h"

namespace breakwater::serve {
namespace {

using l4::Session;
using table::L4Port;
using table::L4Service;
using table::Transport;

constexpr int kBadGateway = 502;

/// As nginx's `$status` of a session.
int status_of(const Session& session) {
    if (session.established || !session.error) return l4::kEstablished;
    const ErrorRow& error = row(*session.error);
    return error.fault == Fault::client ? error.logged_status : kBadGateway;
}

Task<void> serve_service(L4Worker& l4, Worker& worker, std::unique_ptr<Connection> connection,
                         Descriptor fd, std::shared_ptr<const L4Service> service) {
    l4::OpenSession open(l4, session_of(*connection, {service, &service->target}));
    if (service->accept_proxy) {
        const bool known = co_await learn_addresses(worker, connection->facts, fd.get());
        if (!known) {
            open.session.error = Error{Err::bad_request, "no PROXY header"};
            co_return;
        }
        open.session.client = connection->facts.peer;
        open.session.local = connection->facts.local;
    }
    connection->idle = false;
    co_await l4::pass_connection(l4, std::move(fd), open.session);
}

}  // namespace

L4Worker::L4Worker(Worker& worker, std::size_t udp_flows)
    : worker_(worker), udp_flows_(*this, udp_flows) {}

void L4Worker::open(L4Opened opened) {
    for (Descriptor& fd : opened.fds) {
        open_[opened.port].push_back(&reactor().spawn(serve(opened.port, std::move(fd))));
    }
}

Task<void> L4Worker::serve(L4Port port, Descriptor fd) {
    if (port.transport == Transport::udp) return udp_flows_.serve(port, std::move(fd));
    return accept_connections(reactor(), std::move(fd),
                              [this, port](Descriptor client, const SocketAddress& peer) {
                                  accept(port, std::move(client), peer);
                              });
}

void L4Worker::accept(L4Port port, Descriptor fd, const SocketAddress& peer) {
    auto service = table::find_l4_service(routing_table(), port);
    if (!service) return;  // it has left the table, and this port closes
    auto connection = worker_.admit(fd, peer);
    Connection& admitted = *connection;
    admitted.task = &reactor().spawn(
        serve_service(*this, worker_, std::move(connection), std::move(fd), std::move(service)));
}

void L4Worker::close(L4Port port) {
    const auto found = open_.find(port);
    if (found == open_.end()) return;
    for (Spawned* serving : found->second) reactor().cancel(*serving);
    open_.erase(found);
}

void L4Worker::close_all() {
    while (!open_.empty()) close(open_.begin()->first);
}

Reactor& L4Worker::reactor() { return worker_.reactor(); }

upstream::Pools& L4Worker::pools() { return worker_.pools(); }

const table::RoutingTable& L4Worker::routing_table() const { return *worker_.table().table; }

void L4Worker::session_began(const Session& session) {
    worker_.context().counters.session_began(session.transport);
}

void L4Worker::session_ended(const Session& session) {
    WorkerContext& context = worker_.context();
    const LogRecord record = record_of(session, reactor());
    context.counters.session_ended(record, session.transport);
    context.log.add(context.index, record);
}

Session session_of(const Connection& connection, std::shared_ptr<const table::L4Target> target) {
    Session session;
    session.target = std::move(target);
    session.client = connection.facts.peer;
    session.local = connection.facts.local;
    session.server_name = connection.facts.sni;
    return session;
}

LogRecord record_of(const Session& session, Reactor& reactor) {
    LogRecord record;
    record.session = true;
    record.time = reactor.wall();
    record.request_time = reactor.now() - session.began;
    record.remote = session.client;
    record.status = status_of(session);
    record.request_bytes = session.from_client_bytes;
    record.response_bytes = session.to_client_bytes;
    record.body_bytes = session.to_client_bytes;
    record.protocol = session.transport == Transport::tcp ? "TCP" : "UDP";
    record.host = session.server_name;
    record.namespace_name = session.target->namespace_name;
    record.service = session.target->service;
    record.service_port = session.target->service_port;
    record.attempts = session.attempts.recorded();
    if (session.error) {
        record.error = session.error->code;
        if (session.error->detail) record.error_detail = session.error->detail;
    }
    return record;
}

}  // namespace breakwater::serve
