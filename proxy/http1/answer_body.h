#pragma once
// The body of a pod's answer, with what stands behind it: the connection, and the request's body that
// may still be on its way. One worker; lives in the fetch's arena.

#include "proxy/exchange/fetch.h"
#include "proxy/http1/body_reader.h"
#include "proxy/http1/client_connection.h"

namespace breakwater::http1 {

class AnswerBody final : public http::BodySource {
public:
    /// @param upload  of the request's body; done, or still running; null where all of it had left.
    /// @param keep    both heads allow another request on the connection.
    AnswerBody(Lease lease, exchange::Fetch& fetch, exchange::Attempt& attempt, Framing framing,
               Task<Done> upload, bool keep);
    ~AnswerBody() override;

    http::Pull try_pull() override;
    Task<Done> wait() override;
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return reader_.length(); }
    /// Not beside an upload: its failure is looked for between two pulls.
    [[nodiscard]] bool splices() override { return !upload_ && reader_.splices(); }
    Tried try_splice(Pipe& pipe) override { return reader_.try_splice(pipe); }

    /// The other direction, once the answer is 101: begins a body without framing towards the pod.
    http::BodySink& open_tunnel();

private:
    /// @return why the request's body ended the whole attempt, if it did.
    std::optional<Error> upload_failure();
    void finish();
    /// The attempt's record says what its pod failed with.
    void note(const Error& error);

    Lease lease_;
    exchange::Fetch& fetch_;
    exchange::Attempt& attempt_;
    Time asked_;
    Ref<Block> head_block_;  ///< the response head's views point into it
    BodyReader reader_;
    Task<Done> upload_;  ///< after lease_: it ends before the connection
    bool upload_complete_;
    bool keep_;
};

/// Whether the end of the upload ends the attempt: where its failure is the request's own, there is
/// nobody to answer or nothing to ask, and a pod that has taken nothing for the whole send timeout has
/// had its time. A pod that has closed its ear may still answer: it is listened to.
[[nodiscard]] inline bool ends_attempt(const Done& upload) {
    if (upload) return false;
    return row(upload.error()).fault != Fault::upstream ||
           upload.error().code == Err::upstream_send_timeout;
}

}  // namespace breakwater::http1
