#include "proxy/http2/server_connection.h"

#include <utility>

#include "proxy/http/linger.h"

namespace breakwater::http2 {

ServerConnection::ServerConnection(ByteStream& stream, exchange::Lender& lender,
                                   const exchange::ConnectionFacts& facts, Handler& handler)
    : Connection(Session::Side::server, stream, lender.reactor,
                 SessionSettings{
                     static_cast<std::uint32_t>(lender.table->settings().http2.concurrent_streams),
                     lender.table->settings().head_limits.head_bytes,
                 }),
      lender_(lender),
      facts_(facts),
      handler_(handler) {}

ServerConnection::~ServerConnection() {
    streams_.take(ended_);
    while (Stream* const stream = streams_.pop_front()) delete stream;
}

Task<void> ServerConnection::serve(std::string received) {
    if (lender_.stopping) leave();  // its handshake has come to its end too late
    reactor_.timers().arm(*this, Deadline::after(reactor_.now(), settings().client.header_timeout));
    co_await carry(std::move(received), settings().client.body_timeout);
    co_await http::linger(stream_);
}

void ServerConnection::leave() {
    if (closing()) return;
    session_.go_away();
    close_when_done();
}

Stream* ServerConnection::on_stream(StreamId id) {
    if (closing()) return nullptr;
    disarm();
    auto* const stream = new ServerStream(*this, id);
    streams_.push_back(*stream);
    stream->start(handler_.serve(*stream));
    if (++requests_ >= settings().client.keep_alive_requests || lender_.draining) leave();
    return stream;
}

void ServerConnection::end(ServerStream& stream) {
    ended_.push_back(stream);  // and out of streams_
    on_output();
}

void ServerConnection::tidy() {
    while (Stream* const stream = ended_.pop_front()) delete stream;
    if (has_streams() || closing() || armed()) return;
    const Duration patience = settings().client.keep_alive;
    if (patience == Duration::zero() || lender_.stopping) {
        leave();
    } else {
        reactor_.timers().arm(*this, Deadline::after(reactor_.now(), patience));
    }
}

void ServerConnection::end_streams(const Error& why) {
    for (Stream* stream = streams_.front(); stream; stream = streams_.next(*stream)) {
        stream->close(why);
    }
}

}  // namespace breakwater::http2
