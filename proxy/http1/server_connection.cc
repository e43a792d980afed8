#include "proxy/http1/server_connection.h"

#include <sys/socket.h>

#include <utility>

#include "proxy/base/try.h"
#include "proxy/http/limits.h"
#include "proxy/http1/request_parser.h"
#include "proxy/http1/serialise.h"

namespace breakwater::http1 {

using http::FieldName;
using http::Version;

namespace {

/// Pipelined requests that are answered without waiting share the loop with the others.
constexpr int kRequestsPerTurn = 16;

bool wants_more(const http::RequestHead& head) {
    if (head.version == Version::v1_0)
        return head.fields.has_token(FieldName::connection, "keep-alive");
    return !head.fields.has_token(FieldName::connection, "close");
}

/// Makes the kernel answer what is still to come with a reset, so that the client cannot take the
/// connection's end for the end of the answer.
void reset_on_close(int fd) {
    const linger now{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

ServerConnection::ServerConnection(ByteStream& stream, exchange::Lender& lender,
                                   exchange::ConnectionFacts facts, std::string_view received)
    : stream_(stream),
      lender_(lender),
      facts_(std::move(facts)),
      in_(lender.reactor.blocks()),
      sink_(stream, lender.reactor.blocks(), Err::client_gone, Err::client_stalled) {
    if (!received.empty()) in_.put(received);
}

Eventual<Done> ServerConnection::await_request() {
    body_.reset();
    head_block_.reset();
    in_.release_if_empty();
    if (turn_ != lender_.reactor.turn()) {
        turn_ = lender_.reactor.turn();
        requests_in_turn_ = 0;
    }
    const bool others_first = ++requests_in_turn_ > kRequestsPerTurn;
    if (others_first || in_.empty()) return wait_for_request();
    began_ = lender_.reactor.now();
    return Done{};
}

Task<Done> ServerConnection::wait_for_request() {
    if (requests_in_turn_ > kRequestsPerTurn) co_await next_turn();
    const Duration patience = requests_ == 0 ? Duration(settings().client.header_timeout)
                                             : Duration(settings().client.keep_alive);
    const Deadline deadline = Deadline::after(lender_.reactor.now(), patience);
    while (in_.empty()) {
        const Tried got = in_.fill(stream_);
        if (got.state == Tried::State::some) break;
        in_.release_if_empty();
        if (got.state == Tried::State::end) co_return fail(Err::io_closed);
        if (got.state == Tried::State::failed) co_return fail(got.error);
        if (lender_.stopping) co_return fail(Err::shutting_down);
        idle_ = true;
        Done ready = co_await stream_.wait_readable(deadline);
        idle_ = false;
        if (!ready) co_return ready;
    }
    began_ = lender_.reactor.now();
    co_return Done{};
}

void ServerConnection::begin_request(Arena& arena) {
    ++requests_;
    arena_ = &arena;
    request_ = {};
    closing_ = true;  // until the request is understood
    answering_ = false;
    sink_.begin(BodyFraming::none, settings().client.body_timeout);  // counts from here
}

Eventual<Done> ServerConnection::read_head(http::RequestHead& into) {
    begin_request(into.fields.arena());
    HeadScan scan(MessageKind::request, settings().head_limits);
    LET(length, find_head(scan));
    if (length) return take_head(*length, into);
    return read_rest_of_head(scan, into);
}

Result<std::optional<std::size_t>> ServerConnection::find_head(HeadScan& scan) {
    LET(length, scan.find(in_.bytes()));
    if (length) in_.consume(scan.skipped());
    return length;
}

Task<Done> ServerConnection::read_rest_of_head(HeadScan scan, http::RequestHead& into) {
    const Deadline deadline = Deadline::after(began_, settings().client.header_timeout);
    for (;;) {
        const Tried got = in_.fill(stream_);
        if (got.state == Tried::State::some) {
            CO_LET(length, find_head(scan));
            if (length) co_return take_head(*length, into);
            continue;
        }
        if (got.state != Tried::State::wait)
            co_return fail(Err::client_gone, "left before its request was complete");
        Done ready = co_await stream_.wait_readable(deadline);
        if (!ready) co_return fail(Err::head_timeout);
    }
}

Done ServerConnection::take_head(std::size_t length, http::RequestHead& into) {
    const std::string_view head = in_.bytes().substr(0, length);
    head_block_ = in_.block();
    in_.consume(length);
    request_.head_bytes = length;

    TRY(parse_request_head(head, into));
    request_.version = into.version;
    request_.method = into.method;
    LET(framing, request_framing(into.fields, into.version));
    if (framing.kind != Framing::Kind::none) {
        body_.emplace(stream_, in_, framing, MessageKind::request, settings().client.body_timeout,
                      *arena_);
    }
    request_.framed = true;
    const table::ClientSettings& client = settings().client;
    closing_ = !wants_more(into) || client.keep_alive == std::chrono::seconds(0) ||
               requests_ >= client.keep_alive_requests;
    return {};
}

http::BodySource* ServerConnection::body() { return body_ ? &*body_ : nullptr; }

Task<Done> ServerConnection::send_interim(const http::ResponseHead& head) {
    if (request_.version == Version::v1_0) co_return Done{};  // RFC 9110 section 15.2
    write(head, sink_.begin(size_of(head), BodyFraming::none, settings().client.body_timeout));
    Done sent = co_await sink_.finish(nullptr);
    co_return sent;
}

BodyFraming ServerConnection::framing_of(const http::ResponseHead& head) const {
    if (head.status == 101) return BodyFraming::counted;
    if (request_.method == http::Method::head || !http::status_has_body(head.status)) {
        return BodyFraming::none;
    }
    if (head.fields.has(FieldName::content_length) || request_.version == Version::v1_0) {
        return BodyFraming::counted;
    }
    return BodyFraming::chunked;
}

void ServerConnection::send_head(http::ResponseHead& head) {
    const BodyFraming framing = framing_of(head);
    ends_with_close_ =
        framing == BodyFraming::counted && !head.fields.has(FieldName::content_length);
    // A client that still sends is told to stop: what it sends on will be dropped.
    const bool unread = body_ && !body_->complete();
    closing_ = closing_ || lender_.draining || ends_with_close_ || unread;

    if (framing == BodyFraming::chunked)
        head.fields.set_view(FieldName::transfer_encoding, "chunked");
    if (head.status == 101) {
        head.fields.set_view(FieldName::connection, "upgrade");
    } else if (closing_) {
        head.fields.set_view(FieldName::connection, "close");
    } else if (request_.version == Version::v1_0) {
        head.fields.set_view(FieldName::connection, "keep-alive");
    }
    write(head, sink_.begin(size_of(head), framing, settings().client.body_timeout));
    answering_ = true;
}

http::BodySource& ServerConnection::tunnel() {
    body_.emplace(stream_, in_, Framing{Framing::Kind::until_close}, MessageKind::request,
                  Duration::zero(), *arena_);
    return *body_;
}

void ServerConnection::discard() {
    sink_.drop();
    answering_ = false;
}

void ServerConnection::abort(const Error&) {
    if (std::exchange(aborted_, true)) return;
    if (ends_with_close_) reset_on_close(stream_.watch().fd);
    sink_.drop();
}

bool ServerConnection::reusable() const {
    return !aborted_ && !closing_ && sink_.complete() && (!body_ || body_->complete());
}

std::uint64_t ServerConnection::received_bytes() const {
    return request_.head_bytes + (body_ ? body_->body_bytes() : 0);
}

bool ServerConnection::input_outstanding() const {
    const bool understood = request_.framed && (!body_ || body_->complete());
    return requests_ > 0 && (!understood || !in_.empty() || !stream_.idle_and_intact());
}

Task<void> ServerConnection::close_in_order() {
    if (aborted_ || !input_outstanding()) co_return;
    stream_.shutdown_write();
    const Deadline deadline =
        Deadline::after(lender_.reactor.now(), std::chrono::seconds(http::kLingerSeconds));
    body_.reset();
    head_block_.reset();
    for (std::size_t dropped = in_.bytes().size(); dropped < http::kLingerBytes;) {
        in_.consume(in_.bytes().size());
        const Tried got = in_.fill(stream_);
        if (got.state == Tried::State::some) {
            dropped += got.bytes;
            continue;
        }
        if (got.state != Tried::State::wait) co_return;
        in_.release_if_empty();
        Done ready = co_await stream_.wait_readable(deadline);
        if (!ready) co_return;
    }
}

}  // namespace breakwater::http1
