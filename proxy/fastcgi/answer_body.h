#pragma once
// An answer of FastCGI, with what stands behind it: the connection, and the request's body that may
// still be on its way. First its head is taken, then it is the answer's body.
//
// One worker; lives in the fetch's arena.

#include <cstdint>
#include <optional>
#include <span>

#include "proxy/exchange/fetch.h"
#include "proxy/exchange/upload.h"
#include "proxy/fastcgi/answer_head.h"
#include "proxy/fastcgi/params.h"
#include "proxy/fastcgi/records.h"
#include "proxy/fastcgi/stdin_sink.h"
#include "proxy/http1/client_connection.h"
#include "proxy/http1/framing.h"

namespace breakwater::fastcgi {

class AnswerBody final : public http::BodySource {
public:
    /// What an application may say on its standard error beside one answer; some debug a lot.
    static constexpr std::size_t kMaxErrorBytes = 1024 * 1024;
    /// What is logged of it: the beginning.
    static constexpr std::size_t kLoggedErrorBytes = 512;

    /// Begins the request.
    AnswerBody(http1::Lease lease, exchange::Fetch& fetch, exchange::Attempt& attempt,
               std::span<const Param> params);
    ~AnswerBody() override;

    // Before the head has come.

    /// Null while more is needed.
    Result<http::ResponseHead*> take_head();
    /// Until it may be worth another look. @error upstream_timeout
    Task<Done> wait_for_head();

    // Then.

    http::Pull try_pull() override;
    Task<Done> wait() override;
    [[nodiscard]] std::optional<std::uint64_t> length() const override;

private:
    using Piece = RecordReader::Piece;

    void begin(std::span<const Param> params);
    Task<Done> send(std::span<const Param> params);
    Task<Done> readable(Deadline deadline);
    [[nodiscard]] Deadline answer_deadline() const;
    /// The next piece of the answer; `more` where nothing is at hand.
    Result<Piece> next_piece();
    Done take_error(std::string_view text);
    [[nodiscard]] Error cut() const;
    /// Why an answer without a head has ended.
    [[nodiscard]] Error without_head() const;
    Result<http::ResponseHead*> read_head();
    http::Pull take(http::Chunk chunk);
    http::Pull end();
    /// What the application has on its standard error besides is looked at, not waited for.
    http::Pull end_by_length();
    /// The attempt's record says what its pod failed with.
    Error note(const Error& error);

    http1::Lease lease_;
    exchange::Fetch& fetch_;
    exchange::Attempt& attempt_;
    Time began_;
    Time sent_{};  ///< when the request had been sent
    StdinSink stdin_;
    RecordReader records_;
    HeadCollector head_;  ///< the response head's views point into its block
    http::Chunk first_;   ///< of the body, which came with the head's end
    http1::Framing framing_;
    std::uint64_t rest_bytes_ = 0;  ///< of Framing::Kind::length
    std::uint64_t body_bytes_ = 0;
    std::size_t error_bytes_ = 0;
    bool has_head_ = false;
    exchange::Upload upload_;  ///< last: it ends before what it sends into
};

}  // namespace breakwater::fastcgi
