#include "proxy/upstream/multiplexed.h"

#include <utility>

#include "proxy/upstream/connect.h"

namespace breakwater::upstream {

using http2::ClientConnection;

Ref<ClientConnection> Multiplexed::find(const exchange::TransportPtr& transport) {
    for (auto* one = connections_.front(); one; one = connections_.next(*one)) {
        if (one->transport() == transport && one->takes_request()) return Ref(one);
    }
    return {};
}

Ref<Multiplexed::Pending> Multiplexed::find_pending(const exchange::TransportPtr& transport) {
    for (Pending* one = pending_.front(); one; one = pending_.next(*one)) {
        const bool room = one->waiting < http2::Session::kMostStreams;
        if (one->transport == transport && room) return Ref(one);
    }
    return {};
}

Task<Multiplexed::Opened> Multiplexed::open(Reactor& reactor, Opening how,
                                            tls::HandshakeLine& handshakes, Deadline deadline) {
    Ref<Pending> pending = find_pending(how.transport);
    if (!pending) {
        pending = Ref(new Pending(how.transport, connections_));
        pending_.push_back(*pending);
        reactor.spawn(open_pending(reactor, how, handshakes, pending));
    }
    Waiter waiter(*pending);
    while (!pending->opened) {
        Done news = co_await waiter.news.wait(deadline);
        if (!news) co_return fail(Err::connect_timeout);
    }
    co_return *pending->opened;
}

Task<Multiplexed::Opened> Multiplexed::connect(Reactor& reactor, Opening how,
                                               tls::HandshakeLine& handshakes) {
    const Deadline deadline = Deadline::after(reactor.now(), how.connect_timeout);
    auto stream = co_await connect_to_pod(reactor, how.pod, how.transport, handshakes, deadline);
    if (!stream) co_return fail(stream.error());
    Ref connection(new ClientConnection(std::move(*stream), how.transport, reactor, how.limits));
    reactor.spawn(ClientConnection::run(connection, how.send_timeout));
    Done settled = co_await connection->wait_for_settings(deadline);
    if (!settled) co_return fail(settled.error());
    co_return connection;
}

Task<void> Multiplexed::open_pending(Reactor& reactor, Opening how, tls::HandshakeLine& handshakes,
                                     Ref<Pending> pending) {
    Opened opened = co_await connect(reactor, how, handshakes);
    // An endpoint that has left the table meanwhile takes no further request.
    if (opened && pending->linked()) pending->home.push_back(**opened);
    pending->opened = std::move(opened);
    pending->unlink();
    for (Waiter* one = pending->waiters.front(); one; one = pending->waiters.next(*one)) {
        one->news.raise();
    }
}

void Multiplexed::retire() {
    while (pending_.pop_front()) {
    }  // whoever waits still gets what is being opened
    while (ClientConnection* const one = connections_.pop_front()) one->retire();
}

}  // namespace breakwater::upstream
