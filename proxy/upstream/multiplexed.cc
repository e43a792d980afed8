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
                                            tls::HandshakeLine& handshakes) {
    Ref<Pending> pending = find_pending(how.transport);
    if (!pending) {
        pending = Ref(new Pending(how.transport, connections_));
        pending_.push_back(*pending);
        reactor.spawn(open_pending(reactor, how, handshakes, pending));
    }
    const Deadline deadline = Deadline::after(reactor.now(), how.connect_timeout);
    Waiter waiter;
    pending->waiters.push_back(waiter);
    ++pending->waiting;
    while (!pending->opened) {
        Done news = co_await waiter.news.wait(deadline);
        if (!news) co_return fail(Err::connect_timeout);
    }
    co_return *pending->opened;
}

Task<void> Multiplexed::open_pending(Reactor& reactor, Opening how, tls::HandshakeLine& handshakes,
                                     Ref<Pending> pending) {
    const Deadline deadline = Deadline::after(reactor.now(), how.connect_timeout);
    auto stream = co_await connect_to_pod(reactor, how.pod, how.transport, handshakes, deadline);
    if (stream) {
        Ref connection(
            new ClientConnection(std::move(*stream), how.transport, reactor, how.limits));
        reactor.spawn(ClientConnection::run(connection, how.send_timeout));
        // An endpoint that has left the table meanwhile takes no further request.
        if (pending->linked()) pending->home.push_back(*connection);
        pending->opened = std::move(connection);
    } else {
        pending->opened = fail(stream.error());
    }
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
