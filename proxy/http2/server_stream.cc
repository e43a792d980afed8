#include "proxy/http2/server_stream.h"
#include "proxy/base/try.h"

#include <utility>

#include "proxy/http2/field_block.h"
#include "proxy/http2/message_length.h"
#include "proxy/http2/server_connection.h"

namespace breakwater::http2 {
namespace {

constexpr StreamErrors kErrorsOfClient{.gone = Err::client_gone,
                                       .refused = Err::client_gone,
                                       .malformed = Err::malformed,
                                       .send_stalled = Err::client_stalled,
                                       .read_stalled = Err::body_timeout};

}  // namespace

ServerStream::ServerStream(ServerConnection& connection, StreamId id)
    : Stream(connection.session_, connection.reactor_, id, kErrorsOfClient),
      connection_(connection),
      began_(connection.reactor_.now()) {}

const exchange::ConnectionFacts& ServerStream::facts() const { return connection_.facts_; }

void ServerStream::start(Task<bool> serving) {
    serving_ = std::move(serving);
    serving_.tell(*this);
    serving_.start();
}

void ServerStream::on_end() {
    // The arena goes. What still comes would be put into it, and what is queued would be read from it: a tunnel may have
    // come to its end before its head has become a frame.
    leave();
    reader_.reset();
    connection_.end(*this);
}

Eventual<Done> ServerStream::read_head(http::RequestHead& into) {
    head_ = &into;
    reader_.emplace(into, connection_.settings().head_limits);
    return wait_for_head();
}

Task<Done> ServerStream::wait_for_head() {
    const Deadline deadline = Deadline::after(began_, connection_.settings().client.header_timeout);
    while (!read_ && !closed()) {
        Done arrived = co_await head_arrived_.wait(deadline);
        if (arrived) continue;
        // Until this head has come to its end no other frame can come.
        close(Error{Err::head_timeout});
        connection_.end_for(Code::enhance_your_calm);
    }
    co_return read_ ? *read_ : fail(failure() ? *failure() : Error{Err::client_gone});
}

void ServerStream::on_field(std::string_view name, std::string_view value) {
    if (read_) {
        add_trailer(name, value);
    } else if (reader_) {
        reader_->add(name, value);
    }
}

void ServerStream::on_head(bool end) {
    if (read_) {
        in().end(trailers_ ? &trailers_->fields() : nullptr);
        return;
    }
    if (!reader_) return;
    Done read = reader_->finish();
    if (end) {
        in().end(nullptr);
    } else {
        has_body_ = reader_->protocol().empty();
        const Duration timeout = connection_.settings().client.body_timeout;
        in().begin(declared_length(head_->fields), has_body_ ? timeout : Duration::zero());
    }
    read_ = read;
    head_arrived_.raise();
}

void ServerStream::add_trailer(std::string_view name, std::string_view value) {
    if (!trailers_) trailers_.emplace(head_->fields.arena(), Sender::client);
    if (!trailers_->add(name, value)) in().fail({Err::bad_body, "trailers too large"});
}

Task<Done> ServerStream::send_interim(const http::ResponseHead& head) {
    if (head.status == 101) co_return Done{};  // RFC 9113 section 8.1
    CO_TRY(co_await out().wait_for_room(connection_.settings().client.body_timeout));
    session_.send_interim(*this, copied_fields(head));
    co_return Done{};
}

void ServerStream::send_head(http::ResponseHead& head) {
    if (head.status == 101) {  // RFC 8441 section 5
        head.status = 200;
        head.fields.remove("sec-websocket-accept");
    }
    out().begin(field_block(head), connection_.settings().client.body_timeout);
}

void ServerStream::abort(const Error& /*error*/) { reset(Code::internal_error); }

}  // namespace breakwater::http2
