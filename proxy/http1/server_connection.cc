#include "proxy/http1/server_connection.h"

#include <optional>
#include <string_view>

#include "proxy/http/linger.h"
#include "proxy/http1/server_stream.h"

namespace breakwater::http1 {

ServerConnection::ServerConnection(ByteStream& stream, exchange::Lender& lender,
                                   const exchange::ConnectionFacts& facts, bool& idle)
    : stream_(stream), lender_(lender), facts_(facts), idle_(idle), in_(lender.reactor.blocks()) {
    idle_ = false;
}

Deadline ServerConnection::patience() const {
    const Duration patience = requests_ == 0 ? Duration(settings().client.header_timeout)
                                             : Duration(settings().client.keep_alive);
    return Deadline::after(lender_.reactor.now(), patience);
}

Result<bool> ServerConnection::request_began(const Done& waited) {
    idle_ = false;
    if (!waited) return fail(waited.error());
    in_.begin_message();
    in_.release_if_empty();
    if (in_.empty()) {
        const Tried got = in_.fill(stream_);
        if (got.state != Tried::State::some) in_.release_if_empty();
        switch (got.state) {
            case Tried::State::some: break;
            case Tried::State::end: return fail(Err::io_closed);
            case Tried::State::failed: return fail(got.error);
            case Tried::State::wait:
                if (leaving_ || lender_.stopping) return fail(Err::shutting_down);
                idle_ = true;
                return false;
        }
    }
    began_ = lender_.reactor.now();
    share_.count();
    return true;
}

namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// nullopt: it may become one.
std::optional<bool> is_preface(std::string_view bytes) {
    const std::string_view front = bytes.substr(0, kPreface.size());
    if (!kPreface.starts_with(front)) return false;
    return front.size() == kPreface.size() ? std::optional(true) : std::nullopt;
}

}  // namespace

Eventual<bool> ServerConnection::speaks_http2() {
    if (requests_ > 0 || !settings().http2.offered) return false;
    if (const auto known = is_preface(in_.bytes())) return *known;
    return wait_for_preface();
}

Task<bool> ServerConnection::wait_for_preface() {
    const Deadline deadline = Deadline::after(began_, settings().client.header_timeout);
    for (;;) {
        if (const auto known = is_preface(in_.bytes())) co_return *known;
        const Tried got = in_.fill(stream_);
        if (got.state == Tried::State::some) continue;
        if (got.state != Tried::State::wait) co_return false;  // reading the head finds out, too
        Done ready = co_await stream_.wait_readable(deadline);
        if (!ready) co_return false;
    }
}

std::string ServerConnection::take_received() {
    std::string received(in_.bytes());
    in_.consume(received.size());
    in_.release_if_empty();
    return received;
}

void ServerConnection::leave() {
    leaving_ = true;
    if (!idle_) return;
    Watch& watch = stream_.watch();
    watch.readable =
        true;  // so that who waits for a request looks, and finds that there will be none
    watch.wake_waiters();
}

std::unique_ptr<ServerStream> ServerConnection::begin_request() {
    ++requests_;
    input_complete_ = false;
    return std::make_unique<ServerStream>(*this);
}

bool ServerConnection::input_outstanding() const {
    return requests_ > 0 && (!input_complete_ || !in_.empty() || !stream_.idle_and_intact());
}

Eventual<void> ServerConnection::close_in_order() {
    if (aborted_) return {};
    const bool outstanding = input_outstanding();
    in_.consume(in_.bytes().size());
    in_.release_if_empty();
    const Duration patience = settings().client.body_timeout;
    if (outstanding) return http::linger(stream_, patience);
    // Over TLS an end without a word may be an attacker's (RFC 8446 section 6.1).
    if (stream_.try_shutdown_write().state != Tried::State::wait) return {};
    return http::linger(stream_, patience);
}

}  // namespace breakwater::http1
