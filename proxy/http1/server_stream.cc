#include "proxy/http1/server_stream.h"

#include "proxy/base/try.h"
#include "proxy/http1/request_parser.h"
#include "proxy/http1/serialise.h"
#include "proxy/reactor/socket.h"

namespace breakwater::http1 {

using http::FieldName;
using http::Version;

namespace {

bool wants_more(const http::RequestHead& head) {
    if (head.version == Version::v1_0)
        return head.fields.has_token(FieldName::connection, "keep-alive");
    return !head.fields.has_token(FieldName::connection, "close");
}

}  // namespace

ServerStream::ServerStream(ServerConnection& connection)
    : connection_(connection),
      sink_(connection.stream_, connection.lender_.reactor.blocks(), Err::client_gone,
            Err::client_stalled) {
    sink_.begin(BodyFraming::none, settings().client.body_timeout);  // counts from here
}

ServerStream::~ServerStream() { connection_.input_complete_ = input_complete(); }

Eventual<Done> ServerStream::read_head(http::RequestHead& into) {
    arena_ = &into.fields.arena();
    // The usual case in one pass. What else is there, a piece, empty lines, a mistake, is for the scan.
    const Result<std::size_t> whole = parse_request_head(connection_.in_.bytes(), into);
    if (whole && within(settings().head_limits, *whole)) {
        take_head(*whole);
        return accept_head(into);
    }
    into.clear();

    HeadScan scan(MessageKind::request, settings().head_limits);
    LET(length, find_head(scan));
    if (length) return parse_head(*length, into);
    return read_rest_of_head(scan, into);
}

Done ServerStream::parse_head(std::size_t length, http::RequestHead& into) {
    const std::string_view head = connection_.in_.bytes().substr(0, length);
    take_head(length);
    TRY(parse_request_head(head, into));
    return accept_head(into);
}

void ServerStream::take_head(std::size_t length) {
    head_block_ = connection_.in_.block();
    connection_.in_.consume(length);
    head_bytes_ = length;
}

Result<std::optional<std::size_t>> ServerStream::find_head(HeadScan& scan) {
    LET(length, scan.find(connection_.in_.bytes()));
    if (length) connection_.in_.consume(scan.skipped());
    return length;
}

Task<Done> ServerStream::read_rest_of_head(HeadScan scan, http::RequestHead& into) {
    const Deadline deadline = Deadline::after(connection_.began_, settings().client.header_timeout);
    for (;;) {
        const Tried got = connection_.in_.fill(connection_.stream_);
        if (got.state == Tried::State::some) {
            CO_LET(length, find_head(scan));
            if (length) co_return parse_head(*length, into);
            continue;
        }
        if (got.state != Tried::State::wait)
            co_return fail(Err::client_gone, "left before its request was complete");
        Done ready = co_await connection_.stream_.wait_readable(deadline);
        if (!ready) co_return fail(Err::head_timeout);
    }
}

Done ServerStream::accept_head(const http::RequestHead& head) {
    version_ = head.version;
    method_ = head.method;
    LET(framing, request_framing(head.fields, head.version));
    if (framing.kind != Framing::Kind::none) {
        body_.emplace(connection_.stream_, connection_.in_, framing, MessageKind::request,
                      settings().client.body_timeout, *arena_);
    }
    framed_ = true;
    const table::ClientSettings& client = settings().client;
    closing_ = !wants_more(head) || client.keep_alive == std::chrono::seconds(0) ||
               connection_.requests_ >= client.keep_alive_requests;
    return {};
}

Task<Done> ServerStream::send_interim(const http::ResponseHead& head) {
    if (version_ == Version::v1_0) co_return Done{};  // RFC 9110 section 15.2
    write(head, sink_.begin(size_of(head), BodyFraming::none, settings().client.body_timeout));
    Done sent = co_await sink_.finish(nullptr);
    co_return sent;
}

BodyFraming ServerStream::framing_of(const http::ResponseHead& head) const {
    if (head.status == 101) return BodyFraming::counted;
    if (method_ == http::Method::head || !http::status_has_body(head.status)) {
        return BodyFraming::none;
    }
    if (head.fields.has(FieldName::content_length) || version_ == Version::v1_0) {
        return BodyFraming::counted;
    }
    return BodyFraming::chunked;
}

void ServerStream::send_head(http::ResponseHead& head) {
    const BodyFraming framing = framing_of(head);
    ends_with_close_ =
        framing == BodyFraming::counted && !head.fields.has(FieldName::content_length);
    // A client that still sends is told to stop: what it sends on will be dropped.
    const bool unread = body_ && !body_->complete();
    closing_ = closing_ || connection_.lender_.draining || connection_.leaving_ ||
               ends_with_close_ || unread;

    if (framing == BodyFraming::chunked)
        head.fields.set_view(FieldName::transfer_encoding, "chunked");
    if (head.status == 101) {
        head.fields.set_view(FieldName::connection, "upgrade");
    } else if (closing_) {
        head.fields.set_view(FieldName::connection, "close");
    } else if (version_ == Version::v1_0) {
        head.fields.set_view(FieldName::connection, "keep-alive");
    }
    write(head, sink_.begin(size_of(head), framing, settings().client.body_timeout));
    answering_ = true;
}

http::BodySource& ServerStream::tunnel() {
    body_.emplace(connection_.stream_, connection_.in_, Framing{Framing::Kind::until_close},
                  MessageKind::request, Duration::zero(), *arena_);
    return *body_;
}

void ServerStream::discard() {
    sink_.drop();
    answering_ = false;
}

void ServerStream::abort(const Error&) {
    if (std::exchange(connection_.aborted_, true)) return;
    if (ends_with_close_) reset_on_close(connection_.stream_.watch().fd);
    sink_.drop();
}

bool ServerStream::reusable() const {
    return !connection_.aborted_ && !connection_.leaving_ && !closing_ && sink_.complete() &&
           (!body_ || body_->complete());
}

std::uint64_t ServerStream::received_bytes() const {
    return head_bytes_ + (body_ ? body_->body_bytes() : 0);
}

}  // namespace breakwater::http1
