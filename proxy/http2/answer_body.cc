#include "proxy/http2/answer_body.h"

#include <algorithm>
#include <utility>

#include "proxy/base/try.h"

namespace breakwater::http2 {
namespace {

Task<Done> until_arrived(ClientStream& stream, Deadline deadline) {
    Done arrived = co_await stream.wait_for_head(deadline);
    co_return arrived;
}

}  // namespace

AnswerBody::AnswerBody(Ref<ClientConnection> connection, exchange::Fetch& fetch,
                       exchange::Attempt& attempt)
    : connection_(std::move(connection)),
      fetch_(fetch),
      attempt_(attempt),
      began_(fetch.reactor->now()),
      stream_(*connection_, fetch),
      upload_(send()) {}

AnswerBody::~AnswerBody() {
    attempt_.body_bytes = pulled_bytes_;
    if (attempt_.status != 0) attempt_.response_time = fetch_.reactor->now() - began_;
    upload_.cancel();
}

Task<Done> AnswerBody::send() {
    stream_.begin();
    Done sent;
    if (fetch_.body) {
        sent = co_await http::copy_body(*fetch_.body, stream_.out());
    } else {
        sent = co_await stream_.out().finish(nullptr);
    }
    sent_ = fetch_.reactor->now();
    co_return sent;
}

Result<http::ResponseHead*> AnswerBody::take_head() {
    if (const auto failure = upload_.failure()) return fail(*failure);
    return stream_.take_head();
}

Deadline AnswerBody::answer_deadline() const {
    return fetch_.answer_deadline(upload_.running() ? fetch_.reactor->now() : sent_);
}

Task<Done> AnswerBody::wait_for_head() {
    const Deadline deadline = answer_deadline();
    Task<Done> arriving = until_arrived(stream_, deadline);
    if (upload_.running()) {
        arriving.start();
        co_await upload_.beside(arriving);
        const bool late = fetch_.deadline.passed(fetch_.reactor->now());
        if (!late) co_return Done{};  // with a body still on its way the pod's time does not run
        co_return fail(Err::upstream_timeout);
    }
    Done arrived = co_await arriving;
    if (!arrived) co_return fail(Err::upstream_timeout);
    co_return Done{};
}

void AnswerBody::begin(const http::ResponseHead& head) {
    upload_.answer_begins();
    attempt_.status = head.status;
    attempt_.header_time = fetch_.reactor->now() - began_;
}

Error AnswerBody::end_with(const Error& reading) {
    if (const auto ended = upload_.failure()) return *ended;  // not by the pod
    const Error said = upload_.reason_or(reading);
    if (said.code != reading.code) return said;
    const bool gone = said.code == Err::upstream_reset || said.code == Err::upstream_stale ||
                      said.code == Err::upstream_refused;
    const Error cut = gone ? Error{Err::response_cut, said.detail} : said;
    attempt_.error = row(cut).token.data();
    return cut;
}

http::Pull AnswerBody::try_pull() {
    if (const auto failure = upload_.failure()) return *failure;
    http::Pull pull = stream_.in().try_pull();
    if (const auto* chunk = std::get_if<http::Chunk>(&pull)) pulled_bytes_ += chunk->bytes.size();
    if (const auto* error = std::get_if<Error>(&pull)) return end_with(*error);
    return pull;
}

Task<Done> AnswerBody::wait() {
    Done ready = co_await upload_.watch_over(stream_.in().wait());
    if (!ready) co_return fail(end_with(ready.error()));
    co_return ready;
}

}  // namespace breakwater::http2
