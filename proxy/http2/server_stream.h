#pragma once
// One request of a client on an HTTP/2 connection, and its answer.
//
// A WebSocket that is opened by an extended CONNECT (RFC 8441) is seen by the rest as the upgrade of
// HTTP/1.1 that it stands for: a GET with `Upgrade`, answered by 101. One worker.

#include <cstdint>
#include <optional>

#include "proxy/exchange/downstream.h"
#include "proxy/http2/request_head.h"
#include "proxy/http2/stream.h"
#include "proxy/http2/trailer_reader.h"
#include "proxy/reactor/frame_pool.h"
#include "proxy/reactor/signal.h"

namespace breakwater::http2 {

class ServerConnection;

class ServerStream final : public exchange::Downstream, public Stream, private TaskEnd {
public:
    ServerStream(ServerConnection& connection, StreamId id);

    // Made and ended with each request, as its coroutines are.
    static void* operator new(std::size_t size_bytes) { return allocate_frame(size_bytes); }
    static void operator delete(void* stream, std::size_t size_bytes) noexcept {
        free_frame(stream, size_bytes);
    }

    /// Runs what serves this stream. From inside the session: up to where it waits for the head.
    void start(Task<bool> serving);

    [[nodiscard]] const exchange::ConnectionFacts& facts() const override;
    Eventual<Done> read_head(http::RequestHead& into) override;
    http::BodySource* body() override { return has_body_ ? &in() : nullptr; }
    Task<Done> send_interim(const http::ResponseHead& head) override;
    void send_head(http::ResponseHead& head) override;
    [[nodiscard]] bool head_left() const override { return out().begun(); }
    void discard() override { out().drop(); }
    http::BodySink& sink() override { return out(); }
    http::BodySource& tunnel() override { return in(); }
    void abort(const Error& error) override;
    Presence& presence() override { return Stream::presence(); }
    /// Each request has a stream of its own.
    [[nodiscard]] bool reusable() const override { return false; }
    [[nodiscard]] std::uint64_t received_bytes() const override { return Stream::received_bytes(); }
    [[nodiscard]] std::uint64_t sent_bytes() const override { return out().wire_bytes(); }
    [[nodiscard]] std::uint64_t sent_body_bytes() const override { return out().body_bytes(); }
    [[nodiscard]] Time request_began() const override { return began_; }

    void on_field(std::string_view name, std::string_view value) override;
    void on_head(bool end) override;

private:
    void on_closed() override { head_arrived_.raise(); }
    void on_end() override;
    Task<Done> wait_for_head();
    void add_trailer(std::string_view name, std::string_view value);

    ServerConnection& connection_;
    Time began_;
    std::optional<RequestHeadReader> reader_;
    http::RequestHead* head_ = nullptr;
    std::optional<Done> read_;  ///< what reading the head has come to
    Signal head_arrived_;
    bool has_body_ = false;
    std::optional<TrailerReader> trailers_;
    Task<bool> serving_;
};

}  // namespace breakwater::http2
