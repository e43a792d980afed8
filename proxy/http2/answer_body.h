#pragma once
// The body of a pod's answer on a stream, with what stands behind it: the stream, and the request's body
// that may still be on its way. One worker; lives in the fetch's arena.

#include <optional>

#include "proxy/exchange/fetch.h"
#include "proxy/exchange/upload.h"
#include "proxy/http/body.h"
#include "proxy/http2/client_stream.h"

namespace breakwater::http2 {

class AnswerBody final : public http::BodySource {
public:
    /// Begins the request.
    AnswerBody(Ref<ClientConnection> connection, exchange::Fetch& fetch,
               exchange::Attempt& attempt);
    ~AnswerBody() override;

    http::Pull try_pull() override;
    Task<Done> wait() override;
    [[nodiscard]] std::optional<std::uint64_t> length() const override {
        return stream_.in().length();
    }

    // Before the final head has come.

    /// The next head, if one is there; null while none is.
    /// @error of the upload, where it ends the attempt, or of ClientStream::take_head()
    Result<http::ResponseHead*> take_head();
    /// Until it may be worth another look. @error upstream_timeout
    Task<Done> wait_for_head();
    /// It was the final one.
    void begin(const http::ResponseHead& head);

private:
    Task<Done> send();
    [[nodiscard]] Deadline answer_deadline() const;
    /// What the answer ends with where reading says this, once it has begun.
    Error end_with(const Error& reading);

    Ref<ClientConnection> connection_;  ///< which the stream needs to its very end
    exchange::Fetch& fetch_;
    exchange::Attempt& attempt_;
    Time began_;
    Time sent_{};  ///< when the request had been sent
    std::uint64_t pulled_bytes_ = 0;
    ClientStream stream_;
    exchange::Upload upload_;  ///< after the stream, into which it sends
};

}  // namespace breakwater::http2
