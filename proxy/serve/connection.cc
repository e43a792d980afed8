#include "proxy/serve/connection.h"

#include <string>
#include <string_view>
#include <utility>

#include "proxy/base/log.h"
#include "proxy/exchange/page.h"
#include "proxy/http1/refusal.h"
#include "proxy/http1/server_stream.h"
#include "proxy/http2/server_connection.h"
#include "proxy/l4/peek.h"
#include "proxy/l4/proxy_protocol.h"
#include "proxy/l4/tcp.h"
#include "proxy/reactor/socket.h"
#include "proxy/serve/serve.h"
#include "proxy/serve/worker.h"
#include "proxy/tls/client_hello.h"
#include "proxy/tls/stream.h"

namespace breakwater::serve {
namespace {

class RequestHandler final : public http2::Handler {
public:
    explicit RequestHandler(WorkerContext& worker) : worker_(worker) {}
    Task<bool> serve(exchange::Downstream& stream) override {
        return serve_request(worker_, stream);
    }

private:
    WorkerContext& worker_;
};

/// Its requests, over whichever stream carries HTTP/2.
/// @param received  what has been read of it
Task<void> serve_http2(Worker& worker, Connection& connection, ByteStream& stream,
                       std::string received) {
    RequestHandler handler(worker.context());
    http2::ServerConnection http2(stream, worker.context(), connection.facts, handler);
    connection.idle = false;
    connection.leaving = &http2;
    co_await http2.serve(std::move(received));
    connection.leaving = nullptr;
}

/// The same of HTTP/1.1, where the client has not begun with HTTP/2's preface.
Task<void> serve_http1(Worker& worker, Connection& connection, ByteStream& stream) {
    http1::ServerConnection http1(stream, worker.context(), connection.facts, connection.idle);
    connection.leaving = &http1;
    for (bool again = true; again;) {
        if (http1.turn_spent()) co_await next_turn();
        const Deadline patience = http1.patience();
        Result<bool> begun = http1.request_began();
        // Here and in no task below: this frame is what an idle connection costs.
        while (begun && !*begun) {
            Done waited = co_await http1.readable(patience);
            begun = http1.request_began(waited);
        }
        if (!begun) break;  // its end between requests: nothing to answer, nothing to log
        const bool http2 = co_await http1.speaks_http2();
        if (http2) {
            co_await serve_http2(worker, connection, stream, http1.take_received());
            co_return;
        }
        const auto request = http1.begin_request();
        again = co_await serve_request(worker.context(), *request);
    }
    connection.leaving = nullptr;
    co_await http1.close_in_order();
}

/// Where a look at the ClientHello says that its TLS is the pods' affair, they get it as it comes.
/// @return whether the connection has been dealt with
Task<bool> pass_through(Worker& worker, Connection& connection, Descriptor& fd, Deadline deadline) {
    Result<std::string> name =
        co_await l4::peek(worker.reactor(), fd.get(), deadline, tls::hello_server_name);
    if (!name) co_return true;  // it has gone, or takes too long
    auto target = worker.table().passthrough_of(*name);
    if (!target) co_return false;
    connection.facts.sni = *std::move(name);
    connection.idle = false;
    l4::OpenSession open(worker.l4(), session_of(connection, std::move(target)));
    co_await l4::pass_connection(worker.l4(), std::move(fd), open.session);
    co_return true;
}

Task<void> serve_tls(Worker& worker, Connection& connection, Descriptor fd) {
    const Deadline deadline = Deadline::after(worker.reactor().now(),
                                              worker.table().table->settings.client.header_timeout);
    if (worker.table().passes_through) {
        const bool done = co_await pass_through(worker, connection, fd, deadline);
        if (done) co_return;
    }
    tls::Stream stream(make_socket(worker.reactor(), std::move(fd), SocketState::accepted),
                       worker.tls());
    Result<tls::HandshakeFacts> handshake = co_await stream.handshake(deadline);
    connection.idle = false;
    if (!handshake && handshake.error().code == Err::plain_to_tls_port) {
        tls::PlainConnection plain = stream.take_plain();
        co_await http1::refuse(*plain.stream, Err::plain_to_tls_port, deadline);
        co_return;
    }
    if (!handshake) {
        log::debug("TLS handshake failed", {{"remote", connection.facts.peer.to_string()},
                                            {"error", row(handshake.error()).token},
                                            {"detail", handshake.error().detail}});
        co_return;
    }
    connection.facts.sni = std::move(handshake->server_name);
    connection.facts.client = std::move(handshake->client);
    if (worker.outdated(connection.facts)) co_return;  // a new table came during the handshake
    if (handshake->alpn == "h2") {
        co_await serve_http2(worker, connection, stream, {});
    } else {
        co_await serve_http1(worker, connection, stream);
    }
}

}  // namespace

Connection::Connection(Worker& its_worker) : worker(its_worker) { worker.count_opened(); }

Connection::~Connection() { worker.count_closed(); }

Task<bool> learn_addresses(Worker& worker, exchange::ConnectionFacts& facts, int fd) {
    const auto timeout = worker.table().table->settings.proxy_protocol.header_timeout;
    Result<l4::ProxyHeader> header = co_await l4::read_proxy_header(
        worker.reactor(), fd, Deadline::after(worker.reactor().now(), timeout));
    if (!header) {
        const Error& error = header.error();
        log::debug("no PROXY header", {{"remote", facts.peer.to_string()},
                                       {"error", row(error).token},
                                       {"detail", error.detail ? error.detail : ""}});
        co_return false;
    }
    const auto& trusted = worker.table().table->settings.forwarded.trusted;
    if (header->addresses && contains(trusted, facts.peer.ip)) {
        facts.peer = header->addresses->source;
        facts.peer_ip = facts.peer.ip.to_string();
        facts.local = header->addresses->destination;
    }
    co_return true;
}

Task<void> serve_connection(Worker& worker, std::unique_ptr<Connection> connection, Descriptor fd) {
    if (worker.table().table->settings.proxy_protocol.required) {
        const bool known = co_await learn_addresses(worker, connection->facts, fd.get());
        if (!known) co_return;
    }
    if (connection->facts.tls) {
        co_await serve_tls(worker, *connection, std::move(fd));
        co_return;
    }
    const auto socket = make_socket(worker.reactor(), std::move(fd), SocketState::accepted);
    co_await serve_http1(worker, *connection, *socket);
}

}  // namespace breakwater::serve
