// One attempt on one connection: send the request, read the head of the answer.

#include <algorithm>
#include <string>

#include "proxy/base/try.h"
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

/// The state that the upload and the reading of the head share. On the frame of ask().
class Asking {
public:
    Asking(ClientConnection& connection, Fetch& fetch, Attempt& attempt)
        : connection_(connection), fetch_(fetch), attempt_(attempt) {}

    /// Sends the request's head, and the body as it comes.
    /// @return null where all of it has left; else what goes on with it, not started
    Task<Done> upload();
    Task<Result<http::ResponseHead*>> read_final_head();

    Framing framing;    ///< of the final head
    bool keep = false;  ///< the heads allow another request

private:
    void set_framing(http::Fields& fields);
    BodyFraming body_framing() const;
    Task<Done> upload_rest();
    /// The next head, if all of it is here; null while more is needed.
    Result<http::ResponseHead*> next_head();
    /// What the final head says of the body and of the connection.
    void take_final(const http::ResponseHead& head, const Framing& declared);
    [[nodiscard]] Deadline answer_deadline() const;
    [[nodiscard]] bool answer_is_late() const;
    [[nodiscard]] Error before_answer() const;
    [[nodiscard]] bool may_keep() const;

    ClientConnection& connection_;
    Fetch& fetch_;
    Attempt& attempt_;
    HeadScan scan_{MessageKind::response, kResponseHeadLimits};
    bool uploading_ = true;
    Time sent_{};            ///< when the request had been sent
    bool answered_ = false;  ///< a byte of an answer has arrived
};

bool Asking::may_keep() const {
    const table::UpstreamSettings& settings = fetch_.table->settings().upstream;
    return settings.idle_connections > 0 && connection_.requests_ < settings.requests;
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

Task<Done> Asking::upload() {
    set_framing(fetch_.head.fields);
    MessageSink& sink = connection_.sink_;
    char* const head =
        sink.begin(size_of(fetch_.head), body_framing(), fetch_.policies->timeouts.send);
    write(fetch_.head, head);
    if (fetch_.body || !sink.try_finish(nullptr)) return upload_rest();
    uploading_ = false;
    sent_ = fetch_.reactor->now();
    return {};
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

/// The pod's time runs once it has the whole request.
Deadline Asking::answer_deadline() const {
    const Time since = uploading_ ? fetch_.reactor->now() : sent_;
    return std::min(Deadline::after(since, fetch_.policies->timeouts.read), fetch_.deadline);
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

void Asking::take_final(const http::ResponseHead& head, const Framing& declared) {
    const bool switched = head.status == 101;
    framing = switched ? Framing{Framing::Kind::until_close} : declared;
    keep = !wants_to_close(head) && may_keep() && !switched;
    attempt_.status = head.status;
}

Task<Result<http::ResponseHead*>> Asking::read_final_head() {
    for (int interim = 0;;) {
        CO_LET(head, next_head());
        if (!head) {
            const Tried got = connection_.in_.fill(*connection_.stream_);
            if (got.state == Tried::State::some) {
                answered_ = true;
            } else if (got.state == Tried::State::wait) {
                Done ready = co_await connection_.stream_->wait_readable(answer_deadline());
                if (!ready && answer_is_late()) co_return fail(Err::upstream_timeout);
            } else {
                co_return fail(before_answer());
            }
            continue;
        }
        if (head->status == 101 && fetch_.upgrade.empty()) {
            co_return fail(Err::bad_response, "101 that nobody asked for");
        }
        CO_LET(declared, response_framing(*head, fetch_.head.method));
        if (head->status >= 200 || head->status == 101) {
            take_final(*head, declared);
            end_hop(*head);
            co_return head;
        }
        if (interim++ == http::kMaxInterimResponses) {
            co_return fail(Err::bad_response, "too many interim responses");
        }
        end_hop(*head);
        head->fields.remove(FieldName::content_length);  // RFC 9110 section 8.6
        if (fetch_.interim) CO_TRY(co_await fetch_.interim->send_interim(*head));
    }
}

Task<Result<Response>> ask(Lease lease, Fetch& fetch, Attempt& attempt) {
    const Time began = fetch.reactor->now();
    lease->begin_request();

    Asking& asking = *fetch.arena->make<Asking>(*lease, fetch, attempt);
    Task<Done> upload = asking.upload();
    Task<Result<http::ResponseHead*>> reading = asking.read_final_head();
    if (upload) {
        upload.start();
        reading.start();
        co_await Either(upload, reading);
        if (!reading.done() && ends_attempt(upload.peek())) co_return fail(upload.peek().error());
    }
    Result<http::ResponseHead*> head = co_await reading;
    const bool uploaded = !upload || upload.done();
    if (!head) {
        const bool own = upload && uploaded && ends_attempt(upload.peek());
        co_return fail(own ? upload.peek().error() : head.error());
    }
    attempt.header_time = fetch.reactor->now() - began;
    if ((*head)->status == 101 && !uploaded) {
        co_return fail(Err::bad_response, "101 before the request was complete");
    }

    auto body = fetch.arena->make_owned<AnswerBody>(std::move(lease), fetch, attempt,
                                                    asking.framing, std::move(upload), asking.keep);
    if ((*head)->status == 101) fetch.tunnel = &body->open_tunnel();
    co_return Response(**head, http::BodyPtr(body.release()));
}

}  // namespace breakwater::http1
