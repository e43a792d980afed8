#include "proxy/http1/answer_body.h"

#include "proxy/base/try.h"

namespace breakwater::http1 {

AnswerBody::AnswerBody(Lease lease, exchange::Fetch& fetch, exchange::Attempt& attempt,
                       Framing framing, exchange::Upload upload, bool keep)
    : lease_(std::move(lease)),
      fetch_(fetch),
      attempt_(attempt),
      asked_(fetch.reactor->now() - attempt.header_time),
      head_block_(lease_->in_.block()),
      reader_(*lease_->stream_, lease_->in_, framing, MessageKind::response,
              fetch.policies->timeouts.read, *fetch.arena),
      upload_(std::move(upload)),
      keep_(keep && framing.kind != Framing::Kind::until_close) {
    upload_.answer_begins();
    reader_.excuse_by(
        lease_->sink_.last_activity());  // a pod that reads all the time is not silent
}

AnswerBody::~AnswerBody() {
    attempt_.body_bytes = reader_.body_bytes();
    attempt_.response_time = fetch_.reactor->now() - asked_;
    if (reader_.complete()) finish();
    upload_.cancel();
}

void AnswerBody::finish() {
    (void)upload_.failure();  // sees whether it is complete
    // Bytes behind an answer that should have ended are nobody's: such a connection is not used again.
    lease_->keep_ = keep_ && upload_.complete() && lease_->in_.empty();
    lease_->in_.release_if_empty();
}

http::Pull AnswerBody::try_pull() {
    if (const auto failure = upload_.failure()) return *failure;
    http::Pull pull = reader_.try_pull();
    if (const auto* error = std::get_if<Error>(&pull)) return end_with(*error);
    return pull;
}

Error AnswerBody::end_with(const Error& reading) {
    if (const auto ended = upload_.failure()) return *ended;  // not by the pod
    const Error said = upload_.reason_or(reading);
    if (said.code == reading.code) attempt_.error = row(said).token.data();
    return said;
}

Task<Done> AnswerBody::wait() {
    Done ready = co_await upload_.watch_over(reader_.wait());
    if (!ready) co_return fail(end_with(ready.error()));
    co_return ready;
}

http::BodySink& AnswerBody::open_tunnel() {
    MessageSink& sink = lease_->sink_;
    sink.begin(BodyFraming::counted, fetch_.policies->timeouts.send);
    return sink;
}

}  // namespace breakwater::http1
