// One attempt on one connection: send the request, read the head of the answer.

#include <algorithm>

#include "proxy/base/try.h"
#include "proxy/exchange/upload.h"
#include "proxy/http/hop_by_hop.h"
#include "proxy/http/limits.h"
#include "proxy/http1/answer_body.h"
#include "proxy/http1/client_connection.h"
#include "proxy/http1/head_scan.h"
#include "proxy/http1/response_parser.h"
#include "proxy/http1/serialise.h"

namespace breakwater::http1 {

using exchange::Attempt;
using exchange::Fetch;
using exchange::Response;
using http::FieldName;

namespace {

/// The fields that are a connection's own: RFC 9112 sections 6 and 9.
constexpr http::FieldSet kOfThisConnection{
    FieldName::content_length,
    FieldName::transfer_encoding,
    FieldName::connection,
    FieldName::upgrade,
    FieldName::te,
};

bool wants_to_close(const http::ResponseHead& head) {
    if (head.version == http::Version::v1_0)
        return !head.fields.has_token(FieldName::connection, "keep-alive");
    return head.fields.has_token(FieldName::connection, "close");
}

/// What was said to us alone goes no further, but for the protocol that a 101 changes to.
void end_hop(http::ResponseHead& head) {
    const std::string_view protocol = head.fields.get(FieldName::upgrade).value_or("");
    http::remove_hop_by_hop(head.fields);
    if (head.status == 101) head.fields.set_view(FieldName::upgrade, protocol);
}

}  // namespace

/// The state that the upload and the reading of the head share. In the arena of the fetch.
class Asking {
public:
    Asking(ClientConnection& connection, Fetch& fetch, Attempt& attempt)
        : connection_(connection), fetch_(fetch), attempt_(attempt) {}

    /// Sends the request's head, and the body as it comes.
    exchange::Upload upload();
    [[nodiscard]] ByteStream& stream() const { return *connection_.stream_; }
    /// The next head, read as far as it goes without waiting; null while more is needed.
    Result<http::ResponseHead*> read_head();
    /// Whether this head, which has been read, is the final one. What it says is taken from it either way.
    Result<bool> accept(http::ResponseHead& head);
    /// Until more can be read, or `upload`, which is under way, has ended.
    Task<Done> wait_beside(exchange::Upload& upload);
    [[nodiscard]] Deadline answer_deadline() const;
    [[nodiscard]] bool answer_is_late() const;
    /// The answer, once its final head is there.
    Result<Response> respond(Lease&& lease, http::ResponseHead& head, exchange::Upload&& upload);

private:
    void set_framing(http::Fields& fields);
    BodyFraming body_framing() const;
    Task<Done> upload_rest();
    /// The next head, if all of it is here; null while more is needed.
    Result<http::ResponseHead*> next_head();
    [[nodiscard]] Error before_answer() const;
    [[nodiscard]] bool may_keep() const;

    ClientConnection& connection_;
    Fetch& fetch_;
    Attempt& attempt_;
    HeadScan scan_{MessageKind::response, kResponseHeadLimits};
    bool uploading_ = true;
    Time began_ = fetch_.reactor->now();
    Time sent_{};            ///< when the request had been sent
    bool answered_ = false;  ///< a byte of an answer has arrived
    int interim_ = 0;        ///< heads that were not final
    Framing framing_;        ///< of the final head
    bool keep_ = false;      ///< the heads allow another request
};

bool Asking::may_keep() const {
    return connection_.may_carry_more(fetch_.table->settings().upstream);
}

/// Removes what another attempt has set, too.
void Asking::set_framing(http::Fields& fields) {
    fields.remove(kOfThisConnection);
    if (fetch_.body) {
        if (const auto length = fetch_.body->length()) {
            fields.add_view(FieldName::content_length, fetch_.arena->decimal(*length));
        } else {
            fields.add_view(FieldName::transfer_encoding, "chunked");
        }
    }
    if (fetch_.trailers) fields.add_view(FieldName::te, "trailers");
    if (!fetch_.upgrade.empty()) {
        fields.add_view(FieldName::upgrade, fetch_.upgrade);
        fields.add_view(FieldName::connection, fetch_.trailers ? "upgrade, TE" : "upgrade");
    } else if (!may_keep()) {
        fields.add_view(FieldName::connection, fetch_.trailers ? "close, TE" : "close");
    } else if (fetch_.trailers) {
        fields.add_view(FieldName::connection, "TE");  // RFC 9110 section 10.1.4
    }
}

BodyFraming Asking::body_framing() const {
    if (!fetch_.body) return BodyFraming::none;
    return fetch_.body->length() ? BodyFraming::counted : BodyFraming::chunked;
}

exchange::Upload Asking::upload() {
    set_framing(fetch_.head.fields);
    MessageSink& sink = connection_.sink_;
    char* const head =
        sink.begin(size_of(fetch_.head), body_framing(), fetch_.policies->timeouts.send);
    write(fetch_.head, head);
    if (fetch_.body || !sink.try_finish(nullptr)) return exchange::Upload(upload_rest());
    uploading_ = false;
    sent_ = fetch_.reactor->now();
    return exchange::Upload({});
}

Task<Done> Asking::upload_rest() {
    Done sent;
    if (fetch_.body) {
        sent = co_await http::copy_body(*fetch_.body, connection_.sink_);
    } else {
        sent = co_await connection_.sink_.finish(nullptr);
    }
    uploading_ = false;
    sent_ = fetch_.reactor->now();
    co_return sent;
}

Error Asking::before_answer() const {
    const bool kept = connection_.requests_ > 1;
    if (kept && !answered_) return {Err::upstream_stale, "kept connection closed before an answer"};
    return {Err::upstream_reset,
            answered_ ? "closed in the middle of a response head" : "closed before an answer"};
}

Deadline Asking::answer_deadline() const {
    return fetch_.answer_deadline(uploading_ ? fetch_.reactor->now() : sent_);
}

bool Asking::answer_is_late() const {
    const Time now = fetch_.reactor->now();
    const Deadline deadline = Deadline::after(sent_, fetch_.policies->timeouts.read);
    return fetch_.deadline.passed(now) || (!uploading_ && deadline.passed(now));
}

Result<http::ResponseHead*> Asking::next_head() {
    ReadBuffer& in = connection_.in_;
    if (in.empty()) return nullptr;
    if (scan_.fresh()) {  // the usual case in one pass, as in ServerStream::read_head()
        auto* head = fetch_.arena->make<http::ResponseHead>(*fetch_.arena);
        const Result<std::size_t> whole = parse_response_head(in.bytes(), *head);
        if (whole && within(kResponseHeadLimits, *whole)) {
            in.consume(*whole);
            return head;
        }
    }
    LET(length, scan_.find(in.bytes()));
    if (!length) return nullptr;
    auto* head = fetch_.arena->make<http::ResponseHead>(*fetch_.arena);
    TRY(parse_response_head(in.bytes().substr(0, *length), *head));
    in.consume(*length);
    scan_.reset();
    return head;
}

Result<http::ResponseHead*> Asking::read_head() {
    for (;;) {
        LET(head, next_head());
        if (head) return head;
        const Tried got = connection_.in_.fill(*connection_.stream_);
        if (got.state == Tried::State::wait) return nullptr;
        if (got.state != Tried::State::some) return fail(before_answer());
        answered_ = true;
    }
}

Result<bool> Asking::accept(http::ResponseHead& head) {
    const bool switched = head.status == 101;
    if (switched && fetch_.upgrade.empty()) {
        return fail(Err::bad_response, "101 that nobody asked for");
    }
    LET(declared, response_framing(head, fetch_.head.method));
    const bool final = head.status >= 200 || switched;
    if (final) {
        framing_ = switched ? Framing{Framing::Kind::until_close} : declared;
        keep_ = !wants_to_close(head) && may_keep() && !switched;
        attempt_.status = head.status;
    } else if (interim_++ == http::kMaxInterimResponses) {
        return fail(Err::bad_response, "too many interim responses");
    }
    end_hop(head);
    if (!final) head.fields.remove(FieldName::content_length);  // RFC 9110 section 8.6
    return final;
}

Task<Done> Asking::wait_beside(exchange::Upload& upload) {
    Task<Done> reading = until_readable(*connection_.stream_, answer_deadline());
    reading.start();
    co_await upload.beside(reading);
    co_return reading.done() ? reading.take() : Done{};
}

Result<Response> Asking::respond(Lease&& lease, http::ResponseHead& head,
                                 exchange::Upload&& upload) {
    attempt_.header_time = fetch_.reactor->now() - began_;
    if (head.status == 101) {  // the tunnel goes on where the request has come to its end
        if (const auto failure = upload.failure()) return fail(*failure);
        if (!upload.complete()) {
            return fail(Err::bad_response, "101 before the request was complete");
        }
    }
    auto body = fetch_.arena->make_owned<AnswerBody>(std::move(lease), fetch_, attempt_, framing_,
                                                     std::move(upload), keep_);
    if (head.status == 101) fetch_.tunnel = &body->open_tunnel();
    return Response(head, http::BodyPtr(body.release()));
}

Task<Result<Response>> ask(Lease lease, Fetch& fetch, Attempt& attempt) {
    lease->begin_request();
    Asking& asking = *fetch.arena->make<Asking>(*lease, fetch, attempt);
    exchange::Upload upload = asking.upload();
    for (;;) {
        const Result<http::ResponseHead*> head = asking.read_head();
        if (!head) co_return fail(upload.reason_or(head.error()));
        if (!*head) {
            if (const auto failure = upload.failure()) co_return fail(*failure);
            Done ready;
            if (upload.running()) {
                ready = co_await asking.wait_beside(upload);
            } else {
                ready = co_await asking.stream().wait_readable(asking.answer_deadline());
            }
            if (!ready && asking.answer_is_late())
                co_return fail(upload.reason_or({Err::upstream_timeout}));
            continue;
        }
        const Result<bool> final = asking.accept(**head);
        if (!final) co_return fail(upload.reason_or(final.error()));
        if (*final) co_return asking.respond(std::move(lease), **head, std::move(upload));
        if (fetch.interim) {
            Done passed_on = co_await fetch.interim->send_interim(**head);
            if (!passed_on) co_return fail(upload.reason_or(passed_on.error()));
        }
    }
}

}  // namespace breakwater::http1
