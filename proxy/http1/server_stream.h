#pragma once
// One request on a client's HTTP/1.1 connection, and its answer: RFC 9112.
//
// A request is read where it was received: its head's views point into the connection's block, which
// this keeps. One worker.

#include <cstdint>
#include <optional>

#include "proxy/exchange/downstream.h"
#include "proxy/http1/body_reader.h"
#include "proxy/http1/head_scan.h"
#include "proxy/http1/message_sink.h"
#include "proxy/http1/server_connection.h"
#include "proxy/reactor/frame_pool.h"

namespace breakwater::http1 {

class ServerStream final : public exchange::Downstream {
public:
    /// @param connection  outlives this; its other requests come later.
    explicit ServerStream(ServerConnection& connection);
    ServerStream(const ServerStream&) = delete;
    ServerStream& operator=(const ServerStream&) = delete;
    /// Tells the connection how far it got.
    ~ServerStream() override;

    // Made and ended with each request, as its coroutines are.
    static void* operator new(std::size_t size_bytes) { return allocate_frame(size_bytes); }
    static void operator delete(void* stream, std::size_t size_bytes) noexcept {
        free_frame(stream, size_bytes);
    }

    [[nodiscard]] const exchange::ConnectionFacts& facts() const override {
        return connection_.facts_;
    }
    Eventual<Done> read_head(http::RequestHead& into) override;
    http::BodySource* body() override { return body_ ? &*body_ : nullptr; }
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
    [[nodiscard]] Time request_began() const override { return connection_.began_; }
    Presence& presence() override { return connection_.stream_.watch(); }

private:
    [[nodiscard]] const table::Settings& settings() const { return connection_.settings(); }
    /// The head's length, once all of it is here; nullopt while more is needed.
    Result<std::optional<std::size_t>> find_head(HeadScan& scan);
    Task<Done> read_rest_of_head(HeadScan scan, http::RequestHead& into);
    /// @param length  of the head, which the buffer begins with
    Done parse_head(std::size_t length, http::RequestHead& into);
    /// It is no longer unread, and stays where it is.
    void take_head(std::size_t length);
    /// What follows from a head that has been parsed.
    Done accept_head(const http::RequestHead& head);
    [[nodiscard]] bool input_complete() const { return framed_ && (!body_ || body_->complete()); }
    [[nodiscard]] BodyFraming framing_of(const http::ResponseHead& head) const;

    ServerConnection& connection_;
    MessageSink sink_;
    Ref<Block> head_block_;  ///< keeps the head where it is
    std::optional<BodyReader> body_;
    Arena* arena_ = nullptr;  ///< of the request's exchange
    std::size_t head_bytes_ = 0;
    http::Version version_ = http::Version::v1_1;
    http::Method method_ = http::Method::get;
    bool framed_ = false;  ///< its head was understood: it is known where it ends
    bool closing_ = true;  ///< the answer says, or shows, that no further request will be read
    bool ends_with_close_ = false;  ///< only the connection's end tells the end of the answer
    bool answering_ = false;        ///< the sink's message is the final answer
};

}  // namespace breakwater::http1
