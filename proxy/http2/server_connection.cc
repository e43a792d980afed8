#include "proxy/http2/server_connection.h"

#include <chrono>
#include <utility>

#include "proxy/http/linger.h"

namespace breakwater::http2 {
namespace {

/// A page that is left cancels what it had asked for, all at once.
constexpr Allowance::Rate kResets{.at_once = 500, .a_second = 50};
/// Until then a client has heard that we leave, and what it had sent before is here.
constexpr Duration kCrossing = std::chrono::seconds(1);

}  // namespace

ServerConnection::ServerConnection(ByteStream& stream, exchange::Lender& lender,
                                   const exchange::ConnectionFacts& facts, Handler& handler)
    : Connection(Session::Side::server, stream, lender.reactor,
                 SessionSettings{
                     static_cast<std::uint32_t>(lender.table->settings().http2.concurrent_streams),
                     lender.table->settings().head_limits.head_bytes,
                 }),
      lender_(lender),
      facts_(facts),
      handler_(handler),
      resets_(kResets, lender.reactor.now()) {}

ServerConnection::~ServerConnection() {
    streams_.take(ended_);
    while (Stream* const stream = streams_.pop_front()) delete stream;
}

Task<void> ServerConnection::serve(std::string received) {
    if (lender_.stopping) {
        leave();  // its handshake has come to its end too late
    } else {
        const Duration patience = settings().client.header_timeout;
        reactor_.timers().arm(*this, Deadline::after(reactor_.now(), patience));
    }
    co_await carry(std::move(received), settings().client.body_timeout);
    co_await http::linger(stream_, settings().client.body_timeout);
}

void ServerConnection::leave() {
    if (closing() || std::exchange(leaving_, true)) return;
    session_.announce_goaway();
    reactor_.timers().arm(*this, Deadline::after(reactor_.now(), kCrossing));
}

void ServerConnection::close() {
    session_.go_away();
    close_when_done();
}

void ServerConnection::on_time() {
    if (closing()) return;
    if (leaving_) {
        close();
    } else {
        leave();
    }
}

Stream* ServerConnection::on_stream(StreamId id) {
    if (closing()) return nullptr;
    if (!leaving_) disarm();
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

void ServerConnection::on_frame(const FrameHead& head) {
    if (head.type == FrameType::rst_stream) count_reset();
    Connection::on_frame(head);
}

void ServerConnection::count_reset() {
    if (!resets_.take(reactor_.now())) end_for(Code::enhance_your_calm);
}

void ServerConnection::end_streams() {
    const Err why = stalled() ? Err::client_stalled : Err::client_gone;
    for (Stream* stream = streams_.front(); stream; stream = streams_.next(*stream)) {
        stream->close(Error{why});
    }
}

}  // namespace breakwater::http2
