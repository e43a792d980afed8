#pragma once
// A client's HTTP/1.1 connection: one request after the other, RFC 9112.
//
// A request is read where it was received: its head's views point into the connection's block, which
// is kept until the next request. One worker.

#include <cstdint>
#include <memory>
#include <optional>

#include "proxy/exchange/downstream.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http1/body_reader.h"
#include "proxy/http1/head_scan.h"
#include "proxy/http1/message_sink.h"
#include "proxy/http1/read_buffer.h"

namespace breakwater::http1 {

class ServerConnection final : public exchange::Downstream {
public:
    /// @param stream, lender  outlive this. @param facts of the connection.
    /// @param received  bytes that were read while the protocol was being found out; may be empty.
    ServerConnection(ByteStream& stream, exchange::Lender& lender, exchange::ConnectionFacts facts,
                     std::string_view received = {});

    [[nodiscard]] const exchange::ConnectionFacts& facts() const override { return facts_; }
    Eventual<Done> await_request() override;
    Eventual<Done> read_head(http::RequestHead& into) override;
    http::BodySource* body() override;
    Task<Done> send_interim(const http::ResponseHead& head) override;
    void send_head(http::ResponseHead& head) override;
    [[nodiscard]] bool head_left() const override { return answering_ && sink_.begun(); }
    void discard() override;
    http::BodySink& sink() override { return sink_; }
    http::BodySource& tunnel() override;
    void abort(const Error& error) override;
    [[nodiscard]] bool reusable() const override;
    [[nodiscard]] std::uint64_t received_bytes() const override;
    [[nodiscard]] std::uint64_t sent_bytes() const override { return sink_.wire_bytes(); }
    [[nodiscard]] std::uint64_t sent_body_bytes() const override { return sink_.body_bytes(); }
    [[nodiscard]] Time request_began() const override { return began_; }
    Presence& presence() override { return stream_.watch(); }

    /// Whether it waits for a request: it may be ended without anybody missing an answer.
    [[nodiscard]] bool idle() const { return idle_; }
    /// After the last answer: ends our direction, then reads and drops what the client still sends,
    /// bounded in time and bytes, so that a reset does not destroy the answer on its way (RFC 9112
    /// section 9.6). Returns at once where nothing can be outstanding.
    Task<void> close_in_order();

private:
    struct Request {
        std::size_t head_bytes = 0;
        http::Version version = http::Version::v1_1;
        http::Method method = http::Method::get;
        bool framed = false;  ///< its head was understood: it is known where it ends
    };

    [[nodiscard]] const table::Settings& settings() const { return lender_.table->settings(); }
    Task<Done> wait_for_request();
    void begin_request(Arena& arena);
    /// The head's length, once all of it is here; nullopt while more is needed.
    Result<std::optional<std::size_t>> find_head(HeadScan& scan);
    Task<Done> read_rest_of_head(HeadScan scan, http::RequestHead& into);
    /// @param length  of the head, which the buffer begins with
    Done take_head(std::size_t length, http::RequestHead& into);
    [[nodiscard]] bool input_outstanding() const;
    [[nodiscard]] BodyFraming framing_of(const http::ResponseHead& head) const;

    ByteStream& stream_;
    exchange::Lender& lender_;
    exchange::ConnectionFacts facts_;
    ReadBuffer in_;
    Ref<Block> head_block_;  ///< keeps the head of the present request where it is
    MessageSink sink_;
    std::optional<BodyReader> body_;
    Request request_;
    Arena* arena_ = nullptr;  ///< of the present request's exchange
    Time began_{};
    int requests_ = 0;
    std::uint64_t turn_ = 0;  ///< the loop's turn in which requests_in_turn_ counts
    int requests_in_turn_ = 0;
    bool idle_ = false;
    bool closing_ = false;  ///< the answer says, or shows, that no further request will be read
    bool ends_with_close_ = false;  ///< only the connection's end tells the end of the answer
    bool answering_ = false;        ///< the sink's message is the final answer
    bool aborted_ = false;
};

}  // namespace breakwater::http1
