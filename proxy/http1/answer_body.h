#pragma once
// The body of a pod's answer, with what stands behind it: the connection, and the request's body that
// may still be on its way. One worker; lives in the fetch's arena.

#include "proxy/exchange/fetch.h"
#include "proxy/exchange/upload.h"
#include "proxy/http1/body_reader.h"
#include "proxy/http1/client_connection.h"

namespace breakwater::http1 {

class AnswerBody final : public http::BodySource {
public:
    /// @param keep    both heads allow another request on the connection.
    AnswerBody(Lease lease, exchange::Fetch& fetch, exchange::Attempt& attempt, Framing framing,
               exchange::Upload upload, bool keep);
    ~AnswerBody() override;

    http::Pull try_pull() override;
    Task<Done> wait() override;
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return reader_.length(); }
    /// Not beside an upload: its failure is looked for between two pulls.
    [[nodiscard]] bool splices() override { return upload_.settled() && reader_.splices(); }
    Tried try_splice(Pipe& pipe) override { return reader_.try_splice(pipe); }

    /// The other direction, once the answer is 101: begins a body without framing towards the pod.
    http::BodySink& open_tunnel();

private:
    void finish();
    /// What the answer ends with where reading says this. The attempt's record says what its pod failed with.
    Error end_with(const Error& reading);

    Lease lease_;
    exchange::Fetch& fetch_;
    exchange::Attempt& attempt_;
    Time asked_;
    Ref<Block> head_block_;  ///< the response head's views point into it
    BodyReader reader_;
    exchange::Upload upload_;  ///< after lease_: it ends before the connection
    bool keep_;
};

}  // namespace breakwater::http1
