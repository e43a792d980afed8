#include "proxy/fastcgi/answer_body.h"

#include <algorithm>
#include <utility>

#include "proxy/base/log.h"
#include "proxy/base/try.h"
#include "proxy/http/hop_by_hop.h"

namespace breakwater::fastcgi {

using http::Chunk;
using http::Pull;
using Kind = http1::Framing::Kind;

AnswerBody::AnswerBody(http1::Lease lease, exchange::Fetch& fetch, exchange::Attempt& attempt,
                       std::span<const Param> params)
    : lease_(std::move(lease)),
      fetch_(fetch),
      attempt_(attempt),
      began_(fetch.reactor->now()),
      stdin_(lease_->sink()),
      head_(fetch.reactor->blocks().take()),
      upload_(send(params)) {}

AnswerBody::~AnswerBody() {
    attempt_.body_bytes = body_bytes_;
    if (has_head_) attempt_.response_time = fetch_.reactor->now() - began_;
    lease_->in().release_if_empty();
    upload_.cancel();
}

void AnswerBody::begin(std::span<const Param> params) {
    const std::size_t bytes = kBeginRequestBytes + size_of_params(params);
    // Records are framing of their own: to the sink they are bytes.
    char* to =
        lease_->sink().begin(bytes, http1::BodyFraming::counted, fetch_.policies->timeouts.send);
    to = write_begin_request(to);
    write_params(params, to);
}

Task<Done> AnswerBody::send(std::span<const Param> params) {
    begin(params);
    Done sent;
    if (fetch_.body) {
        sent = co_await http::copy_body(*fetch_.body, stdin_);
    } else {
        sent = co_await stdin_.finish(nullptr);
    }
    sent_ = fetch_.reactor->now();
    co_return sent;
}

/// Or until the upload has ended, which try_pull() and take_head() look at.
Task<Done> AnswerBody::readable(Deadline deadline) {
    Task<Done> reading = until_readable(lease_->stream(), deadline);
    if (upload_.running()) {
        reading.start();
        co_await upload_.beside(reading);
        if (!reading.done()) co_return Done{};
    }
    Done ready = co_await reading;
    co_return ready;
}

Deadline AnswerBody::answer_deadline() const {
    return fetch_.answer_deadline(upload_.running() ? fetch_.reactor->now() : sent_);
}

Task<Done> AnswerBody::wait_for_head() {
    Done ready = co_await readable(answer_deadline());
    const bool over = fetch_.deadline.passed(fetch_.reactor->now());
    if (over || (!ready && !upload_.running())) co_return fail(Err::upstream_timeout);
    co_return Done{};
}

Error AnswerBody::cut() const {
    if (has_head_) return {Err::response_cut, "closed in the middle of the body"};
    return {Err::upstream_reset, "closed before the end of a response head"};
}

Done AnswerBody::take_error(std::string_view text) {
    if (error_bytes_ == 0) {
        log::warn(
            "a FastCGI pod writes to its standard error",
            {{"pod", attempt_.endpoint.to_string()}, {"text", text.substr(0, kLoggedErrorBytes)}});
    }
    error_bytes_ += text.size();
    if (error_bytes_ <= kMaxErrorBytes) return {};
    return fail(Err::bad_response, "more on standard error than anybody reads");
}

Result<RecordReader::Piece> AnswerBody::next_piece() {
    http1::ReadBuffer& in = lease_->in();
    for (;;) {
        if (!in.empty()) {
            LET(piece, records_.step(in.bytes()));
            in.consume(piece.consumed);
            if (piece.kind == Piece::Kind::error) {
                TRY(take_error(piece.data));
                continue;
            }
            if (piece.kind != Piece::Kind::more) return piece;
        }
        const Tried got = in.fill(lease_->stream());
        if (got.state == Tried::State::wait) {
            in.release_if_empty();
            return Piece{};
        }
        if (got.state != Tried::State::some) return fail(cut());
    }
}

Error AnswerBody::without_head() const {
    switch (records_.ended_as()) {
        case ProtocolStatus::cant_multiplex:
        case ProtocolStatus::overloaded: return {Err::upstream_refused, "the pod is overloaded"};
        case ProtocolStatus::unknown_role: return {Err::bad_response, "the pod is no Responder"};
        case ProtocolStatus::request_complete: break;
    }
    return {Err::bad_response, "ended without a response head"};
}

Result<http::ResponseHead*> AnswerBody::take_head() {
    if (const auto failure = upload_.failure()) return fail(*failure);
    const auto head = read_head();
    if (!head) return fail(upload_.reason_or(head.error()));
    return head;
}

Result<http::ResponseHead*> AnswerBody::read_head() {
    while (!head_.complete()) {
        LET(piece, next_piece());
        if (piece.kind == Piece::Kind::more) return nullptr;
        if (piece.kind == Piece::Kind::end) return fail(without_head());
        LET(used, head_.add(piece.data));
        if (used < piece.data.size()) first_ = {piece.data.substr(used), lease_->in().block()};
    }
    auto* head = fetch_.arena->make<http::ResponseHead>(*fetch_.arena);
    TRY(parse_answer_head(head_.text(), *head));
    LET(framing, http1::response_framing(*head, fetch_.head.method));
    // Records say where it ends; a coding on top of them nobody here would undo.
    if (framing.kind == Kind::chunked) return fail(Err::bad_response, "a coding in FastCGI");
    framing_ = framing;
    rest_bytes_ = framing.length_bytes;
    has_head_ = true;
    upload_.answer_begins();
    http::remove_hop_by_hop(head->fields);
    attempt_.status = head->status;
    attempt_.header_time = fetch_.reactor->now() - began_;
    return head;
}

std::optional<std::uint64_t> AnswerBody::length() const {
    if (framing_.kind == Kind::until_close) return std::nullopt;
    return rest_bytes_;
}

Error AnswerBody::note(const Error& error) {
    attempt_.error = row(error).token.data();
    return error;
}

/// What is beyond the length that the head has said goes to nobody.
Pull AnswerBody::take(Chunk chunk) {
    if (framing_.kind == Kind::length) {
        chunk.bytes = chunk.bytes.substr(0, rest_bytes_);
        rest_bytes_ -= chunk.bytes.size();
    }
    body_bytes_ += chunk.bytes.size();
    return chunk;
}

Pull AnswerBody::end() {
    if (records_.ended_as() != ProtocolStatus::request_complete) {
        return note({Err::response_cut, "the pod has given up"});
    }
    if (rest_bytes_ > 0) return note({Err::response_cut, "ended before its Content-Length"});
    return http::End{};
}

Pull AnswerBody::end_by_length() {
    (void)next_piece();
    return http::End{};
}

Pull AnswerBody::try_pull() {
    if (const auto failure = upload_.failure()) return *failure;
    if (framing_.kind != Kind::until_close && rest_bytes_ == 0) return end_by_length();
    if (!first_.bytes.empty()) return take(std::exchange(first_, {}));
    const auto piece = next_piece();
    if (!piece) return note(piece.error());
    switch (piece->kind) {
        case Piece::Kind::out: return take({piece->data, lease_->in().block()});
        case Piece::Kind::end: return end();
        default: return http::WouldWait{};
    }
}

Task<Done> AnswerBody::wait() {
    const Deadline deadline =
        Deadline::after(fetch_.reactor->now(), fetch_.policies->timeouts.read);
    Done ready = co_await readable(deadline);
    if (!ready) co_return fail(note({Err::upstream_timeout}));
    co_return ready;
}

}  // namespace breakwater::fastcgi
