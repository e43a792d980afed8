#include "proxy/http2/client_connection.h"

#include <algorithm>
#include <utility>

#include "proxy/http/limits.h"
#include "proxy/http2/client_stream.h"

namespace breakwater::http2 {

ClientConnection::ClientConnection(std::unique_ptr<ByteStream> stream,
                                   exchange::TransportPtr transport, Reactor& reactor,
                                   const table::UpstreamSettings& limits)
    : detail::OwnedStream{std::move(stream)},
      Connection(Session::Side::client, *owned, reactor,
                 SessionSettings{Session::kMostStreams, http::kMaxResponseHeadBytes}),
      transport_(std::move(transport)),
      limits_(limits),
      opened_(reactor.now()) {}

ClientConnection::~ClientConnection() = default;

Task<void> ClientConnection::run(Ref<ClientConnection> self, Duration patience) {
    co_await self->carry({}, patience);
    self->ListHook<>::unlink();
}

void ClientConnection::on_settings() {
    settled_ = true;
    settling_.raise();
}

Task<Done> ClientConnection::wait_for_settings(Deadline deadline) {
    while (!settled_ && !ended_) {
        Done news = co_await settling_.wait(deadline);
        if (news) continue;
        retire();
        co_return fail(Err::connect_timeout, "the pod sends no SETTINGS");
    }
    if (!settled_) co_return fail(Err::connect_failed, "the pod speaks no HTTP/2");
    co_return Done{};
}

bool ClientConnection::takes_request() const {
    if (closing() || requests_ >= limits_.requests) return false;
    if (Deadline::after(opened_, limits_.lifetime).passed(reactor_.now())) return false;
    return session_.takes_stream(open_);
}

void ClientConnection::retire() {
    ListHook<>::unlink();
    if (closing()) return;
    session_.go_away();
    close_when_done();
}

void ClientConnection::begin_stream(ClientStream& stream) {
    disarm();
    ++requests_;
    ++open_;
    streams_.push_back(stream);
    if (ended_) stream.close(Error{Err::upstream_refused, "connection ended before the request"});
}

void ClientConnection::end_stream(ClientStream& stream) {
    stream.unlink();
    --open_;
    on_output();  // for tidy(), and for its reset
}

void ClientConnection::tidy() {
    if (open_ > 0 || closing() || armed()) return;
    // One that is in no list any more is known to nobody but its streams.
    const bool keeps = ListHook<>::linked() && limits_.idle_connections > 0 && takes_request();
    if (!keeps && requests_ > 0) {
        retire();
        return;
    }
    const Deadline idle = Deadline::after(reactor_.now(), limits_.idle_timeout);
    reactor_.timers().arm(*this, std::min(idle, Deadline::after(opened_, limits_.lifetime)));
}

Error ClientConnection::why_ended(const Outbound& request) const {
    const bool shared = requests_ > 1;
    const char* const detail = shared ? "shared connection ended" : "connection ended";
    if (request.wire_bytes() == 0) return Error{Err::upstream_refused, detail};
    const bool waits = shared && request.complete();  // what the pod does not take is others'
    if (stalled() && !waits) return Error{Err::upstream_send_timeout};
    return Error{shared ? Err::upstream_stale : Err::upstream_reset, detail};
}

void ClientConnection::end_streams() {
    ended_ = true;
    settling_.raise();
    Stream* next = nullptr;
    for (Stream* stream = streams_.front(); stream; stream = next) {
        next = streams_.next(*stream);
        stream->close(why_ended(stream->out()));
    }
}

}  // namespace breakwater::http2
