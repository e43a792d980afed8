#include "proxy/tls/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/try.h"

namespace breakwater::tls {
namespace {

/// Both parts together, which OpenSSL has copied when its call returns.
std::string_view joined(std::string_view first, std::string_view second) {
    if (second.empty()) return first;
    if (first.empty()) return second;
    thread_local std::array<char, RecordSize::kLargest> record;
    std::memcpy(record.data(), first.data(), first.size());
    std::memcpy(record.data() + first.size(), second.data(), second.size());
    return {record.data(), first.size() + second.size()};
}

/// Whether the client has asked for records no longer than some 4,096 bytes or less (RFC 6066 section 4),
/// which OpenSSL has granted.
bool wants_short_records(SSL* ssl) {
    const auto asked = SSL_SESSION_get_max_fragment_length(SSL_get_session(ssl));
    return asked >= TLSEXT_max_fragment_length_512 && asked <= TLSEXT_max_fragment_length_4096;
}

/// OpenSSL's own words for the last failure, which are static and hold nothing of the peer's bytes.
const char* reason() {
    const char* text = ERR_reason_error_string(ERR_peek_error());
    return text ? text : "the handshake failed";
}

}  // namespace

Stream::Stream(std::unique_ptr<ByteStream> below, ServerContext& context)
    : below_(std::move(below)),
      handshakes_(context.handshakes()),
      wire_(*below_),
      ssl_(context.new_connection(hello_)) {
    join_wire();
}

Stream::Stream(std::unique_ptr<ByteStream> below, const ClientContext& context,
               HandshakeLine& handshakes)
    : below_(std::move(below)),
      handshakes_(handshakes),
      wire_(*below_),
      ssl_(context.new_connection()) {
    join_wire();
}

void Stream::join_wire() {
    BIO* const bio = wire_.make_bio();
    SSL_set_bio(ssl_, bio, bio);
}

Stream::~Stream() { SSL_free(ssl_); }

Tried Stream::broken(Err why) {
    broken_ = why;
    ERR_clear_error();  // nobody asks OpenSSL's own words for it
    return Tried::failed(why);
}

Eventual<Done> Stream::share_of_turn(Deadline deadline) {
    if (handshakes_.busy()) return wait_for_share(deadline);
    return Done{};
}

Task<Done> Stream::wait_for_share(Deadline deadline) {
    const HandshakeLine::Place place(handshakes_);
    do {
        co_await next_turn();
        if (deadline.passed(below_->watch().reactor.now())) co_return fail(Err::io_timeout);
    } while (!place.has_its_turn());
    co_return Done{};
}

/// SSL_get_error() wants the thread's queue of errors empty before a call. Emptying it costs 900
/// instructions, so that is done behind what may fill it, and not before each read and write.
/// @return whether it is done; false: more bytes are needed
Result<bool> Stream::step_handshake() {
    const OSSL_HANDSHAKE_STATE before = SSL_get_state(ssl_);
    Result<bool> done = try_handshake();
    ERR_clear_error();
    if (SSL_get_state(ssl_) != before) handshakes_.count_step();
    return done;
}

Result<bool> Stream::try_handshake() {
    for (;;) {
        const int result = SSL_do_handshake(ssl_);
        if (result == 1) return true;
        const int error = SSL_get_error(ssl_, result);
        if (error == SSL_ERROR_WANT_READ) {
            if (wire_.dry()) return false;
            continue;  // a message is whole, the next may be at hand
        }
        broken_ = Err::tls_failed;
        wire_.flush();  // the alert
        if (!wire_.plain().empty()) return fail(Err::plain_to_tls_port);
        if (wire_.ended()) {
            if (!wire_.began()) return fail(Err::io_closed);
            return fail(Err::tls_failed, "the peer left during the handshake");
        }
        if (error == SSL_ERROR_SSL) return fail(Err::tls_failed, reason());
        return fail(wire_.error());
    }
}

Task<Result<HandshakeFacts>> Stream::handshake(Deadline deadline) {
    for (;;) {
        CO_TRY(co_await share_of_turn(deadline));
        CO_LET(done, step_handshake());
        // What was written in this step leaves before anything else is awaited.
        for (;;) {
            const Tried put = wire_.flush();
            if (put.state == Tried::State::some) break;
            if (put.state == Tried::State::failed) co_return fail(put.error);
            CO_TRY(co_await below_->wait_writable(deadline));
        }
        if (done) {
            HandshakeFacts settled = facts();
            settle_records();
            co_return settled;
        }
        CO_TRY(co_await below_->wait_readable(deadline));
    }
}

HandshakeFacts Stream::facts() const {
    const unsigned char* alpn = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &alpn, &size);
    HandshakeFacts facts;
    facts.server_name = hello_.server_name;
    facts.alpn.assign(reinterpret_cast<const char*>(alpn), size);
    facts.version = SSL_get_version(ssl_);
    facts.cipher = SSL_get_cipher_name(ssl_);
    facts.resumed = SSL_session_reused(ssl_) == 1;
    if (hello_.client) {
        facts.client = std::make_unique<crypto::ClientCertificate>(hello_.client->result_of(ssl_));
    }
    return facts;
}

void Stream::settle_records() {
    const std::unique_ptr<Handover> handover = std::move(hello_.handover);
    if (!handover) return;  // a pod's: its tickets come behind the handshake, and are OpenSSL's
    const std::uint16_t suite = SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl_));
    auto protections = handover->records(suite);
    if (!protections || wants_short_records(ssl_)) return;
    CHECK(!SSL_has_pending(ssl_));  // it was given what it asked for: one record after the other
    records_ =
        std::make_unique<RecordLayer>(*below_, wire_, std::move(protections->reading),
                                      std::move(protections->writing), wire_.take_received());
    SSL_free(std::exchange(ssl_, nullptr));
}

PlainConnection Stream::take_plain() {
    CHECK(!wire_.plain().empty());
    return {std::move(below_), wire_.plain()};
}

Tried Stream::try_read(std::span<char> into) {
    Tried got = read_record(into);
    // A reader with much room expects much. What ends this is said again by the next try.
    while (got.state == Tried::State::some && into.size() - got.bytes >= RecordSize::kLargest) {
        const Tried more = read_record(into.subspan(got.bytes));
        if (more.state != Tried::State::some) break;
        got.bytes += more.bytes;
    }
    return got;
}

Tried Stream::read_record(std::span<char> into) {
    if (broken_) return Tried::failed(*broken_);
    // Only answers to key updates can be waiting where nobody writes; a failure shows in the read.
    if (!wire_.flushed()) wire_.flush();
    if (records_) {
        const Tried got = records_->read(into);
        return got.state == Tried::State::failed ? broken(got.error) : got;
    }
    if (nothing_to_read()) return Tried::wait();
    for (;;) {
        std::size_t got = 0;
        wire_.begin_read();
        const int result = SSL_read_ex(ssl_, into.data(), into.size(), &got);
        if (!count_answers()) return broken(Err::io_failed);
        if (result == 1) {
            allowance_.count_content(got);
            return Tried::some(got);
        }
        if (!SSL_want_read(ssl_) || !BIO_should_read(SSL_get_rbio(ssl_))) {
            if (SSL_get_error(ssl_, result) == SSL_ERROR_ZERO_RETURN) return Tried::end();
            return broken(wire_.ended() ? Err::io_reset : wire_.error());
        }
        if (wire_.dry()) {
            allowance_.rest();
            return Tried::wait();
        }
        // A record without content, perhaps one that has changed the keys; the next may be at hand.
        const bool counted = wire_.answers() > 0;
        if (!counted && !allowance_.count_update()) return broken(Err::io_failed);
    }
}

bool Stream::count_answers() {
    bool allowed = true;
    for (int i = 0; i < wire_.answers(); ++i) allowed = allowance_.count_update();
    return allowed;
}

bool Stream::encrypt(std::string_view first, std::string_view second) {
    const Time now = below_->watch().reactor.now();
    const std::size_t all = std::min(first.size() + second.size(), kBatchBytes);
    if (all > record_size_.next(now)) wire_.begin_batch();
    while (owed_bytes_ < all) {
        const std::size_t most = std::min(record_size_.next(now), all - owed_bytes_);
        const std::string_view of_first = first.substr(0, most);
        const std::string_view of_second = second.substr(0, most - of_first.size());
        if (!write_record(of_first, of_second)) return false;
        owed_bytes_ += of_first.size() + of_second.size();
        record_size_.sent(of_first.size() + of_second.size());
        first.remove_prefix(of_first.size());
        second.remove_prefix(of_second.size());
    }
    wire_.end_batch();
    return true;
}

bool Stream::write_record(std::string_view first, std::string_view second) {
    if (records_) return records_->write(first, second);
    const std::string_view record = joined(first, second);
    return SSL_write(ssl_, record.data(), static_cast<int>(record.size())) > 0;
}

Tried Stream::try_write2(std::string_view first, std::string_view second) {
    if (broken_) return Tried::failed(*broken_);
    Tried put = wire_.flush();
    if (put.state == Tried::State::some && owed_bytes_ == 0) {
        if (!encrypt(first, second)) return broken(wire_.error());
        put = wire_.flush();
    }
    switch (put.state) {
        case Tried::State::some:
            CHECK(owed_bytes_ <= first.size() + second.size());  // the same bytes again, at least
            return Tried::some(std::exchange(owed_bytes_, 0));
        case Tried::State::failed: return broken(put.error);
        default: return put;
    }
}

IoWait Stream::wait_readable(Deadline deadline) {
    wire_.trim();
    return below_->wait_readable(deadline);
}

IoWait Stream::wait_writable(Deadline deadline) { return below_->wait_writable(deadline); }

Tried Stream::try_shutdown_write() {
    // Behind half a record nothing can be said any more: the peer sees a cut connection, which it is.
    if (!broken_ && owed_bytes_ == 0 && (records_ || !SSL_in_init(ssl_))) {
        say_end();
        const Tried put = wire_.flush();
        if (put.state == Tried::State::wait) return put;
    }
    return below_->try_shutdown_write();
}

void Stream::say_end() {
    if (records_) {
        records_->close_notify();
    } else if ((SSL_get_shutdown(ssl_) & SSL_SENT_SHUTDOWN) == 0) {
        SSL_shutdown(ssl_);
        ERR_clear_error();
    }
}

bool Stream::nothing_to_read() const {
    if (records_) return records_->idle() && below_->idle_and_intact();
    const bool ended = (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
    return !ended && !SSL_has_pending(ssl_) && !wire_.has_received() && below_->idle_and_intact();
}

bool Stream::idle_and_intact() const { return !broken_ && nothing_to_read(); }

}  // namespace breakwater::tls
