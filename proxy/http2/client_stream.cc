#include "proxy/http2/client_stream.h"

#include <charconv>
#include <cstdint>

#include "proxy/http/limits.h"
#include "proxy/http2/field_block.h"
#include "proxy/http2/message_length.h"

namespace breakwater::http2 {
namespace {

using http::FieldName;

constexpr StreamErrors kErrorsOfPod{.gone = Err::upstream_reset,
                                    .refused = Err::upstream_refused,
                                    .malformed = Err::bad_response,
                                    .send_stalled = Err::upstream_send_timeout,
                                    .read_stalled = Err::upstream_timeout};

/// What another attempt over HTTP/1.1 may have set, too.
constexpr http::FieldSet kOfThisConnection{FieldName::content_length, FieldName::te};

}  // namespace

ClientStream::ClientStream(ClientConnection& connection, exchange::Fetch& fetch)
    : Stream(connection.session(), *fetch.reactor, 0, kErrorsOfPod),
      connection_(connection),
      fetch_(fetch) {
    connection_.begin_stream(*this);
}

ClientStream::~ClientStream() {
    if (!in().ended()) reset(Code::cancel);
    connection_.end_stream(*this);
}

void ClientStream::begin() {
    http::Fields& fields = fetch_.head.fields;
    fields.remove(kOfThisConnection);
    if (const auto length = fetch_.body ? fetch_.body->length() : std::nullopt) {
        fields.add_view(FieldName::content_length, fetch_.arena->decimal(*length));
    }
    if (fetch_.trailers) fields.add_view(FieldName::te, "trailers");
    out().begin(field_block(fetch_.head, connection_.transport()->scheme()),
                fetch_.policies->timeouts.send);
}

Result<http::ResponseHead*> ClientStream::take_head() {
    if (!heads_.empty()) {
        http::ResponseHead* const head = heads_.front();
        heads_.erase(heads_.begin());
        return head;
    }
    if (bad_head_) return fail(*bad_head_);
    if (closed()) return fail(failure() ? *failure() : Error{Err::bad_response, "no head"});
    return nullptr;
}

void ClientStream::on_field(std::string_view name, std::string_view value) {
    if (bad_head_) return;
    if (final_) {
        if (!trailers_) trailers_.emplace(*fetch_.arena, Sender::pod);
        if (!trailers_->add(name, value)) in().fail({Err::bad_response, "trailers too large"});
        return;
    }
    if (!reader_) {
        reading_ = fetch_.arena->make<http::ResponseHead>(*fetch_.arena);
        reader_.emplace(*reading_);
    }
    reader_->add(name, value);
}

void ClientStream::on_head(bool end) {
    if (bad_head_) return;
    if (final_) {
        in().end(trailers_ ? &trailers_->fields() : nullptr);
        return;
    }
    Done read = reader_->finish();
    reader_.reset();
    if (read && reading_->status < 200 && ++interim_ > http::kMaxInterimResponses) {
        read = fail(Err::bad_response, "too many interim responses");
    }
    if (!read) {
        bad_head_ = read.error();
    } else {
        heads_.push_back(reading_);
        if (reading_->status >= 200) begin_body(*reading_, end);
    }
    arrived_.raise();
}

bool ClientStream::has_body(const http::ResponseHead& head) const {
    return fetch_.head.method != http::Method::head && http::status_has_body(head.status);
}

void ClientStream::begin_body(const http::ResponseHead& head, bool end) {
    final_ = true;
    const bool body = !end && has_body(head);
    in().begin(body ? declared_length(head.fields) : std::optional<std::uint64_t>(0),
               fetch_.policies->timeouts.read);
    if (end) in().end(nullptr);
}

}  // namespace breakwater::http2
