#pragma once
// What OpenSSL reads from and writes to in place of a socket: a BIO of our own over a ByteStream. The record
// layer writes to it, too.
//
// Reading goes straight into OpenSSL's buffer, but for what is received ahead, and the stream below sees how
// long each receive was, so that its rule of the short read stays true. Writing never says "later": what
// the stream below does not take is kept here, so no call of OpenSSL has to be repeated with the same bytes,
// and reading never has to wait for writing.
//
// One worker.

#include <openssl/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "proxy/reactor/byte_stream.h"

namespace breakwater::tls {

class Wire {
public:
    /// What may wait to be written. During the handshake it is a flight with our own chain; later a batch
    /// of records and the answers to key updates (RFC 8446 section 4.6.3), which a peer that does not read
    /// can ask for without end: more of them breaks the connection.
    static constexpr std::size_t kMostUnsentBytes = 128 * 1024;

    /// @param below  outlives this
    explicit Wire(ByteStream& below) : below_(below) {}
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    /// A BIO over this, which outlives it. The caller owns it.
    [[nodiscard]] BIO* make_bio();

    /// From here on a receive may bring more than OpenSSL asks for, which is given to it when it asks
    /// again, or taken from it by take_received(). Otherwise it is received into OpenSSL's own buffer.
    void receive_ahead() { ahead_ = true; }
    /// The end of that, with what was not asked for.
    [[nodiscard]] std::string take_received();
    /// The end of that, but what has been received is still OpenSSL's.
    void receive_no_more_ahead() { ahead_ = false; }
    /// Whether something was received that has not been asked for.
    [[nodiscard]] bool has_received() const { return !received_.empty(); }

    /// Bytes for the peer. What the stream below does not take at once is kept.
    /// @return false: error() says why, or more would be kept than may be
    bool write(std::string_view bytes);
    /// Between these two what OpenSSL writes is gathered, for one write. After a flush() that left
    /// nothing.
    void begin_batch();
    void end_batch() { batching_ = false; }
    /// Writes what is kept. @return some: nothing is left; wait; failed
    Tried flush();
    [[nodiscard]] bool flushed() const { return unsent_.empty(); }
    [[nodiscard]] std::size_t unsent_bytes() const { return unsent_.size() - sent_; }
    /// Lets go of memory that only a slow peer had made necessary.
    void trim();

    /// Whether the last read found nothing, so that it is time to await more.
    [[nodiscard]] bool dry() const { return dry_; }
    /// Whether any byte has been received.
    [[nodiscard]] bool began() const { return began_; }
    /// Whether the peer has ended its direction of the stream below.
    [[nodiscard]] bool ended() const { return ended_; }
    /// What has failed below; Err::io_failed where nothing has.
    [[nodiscard]] Err error() const { return error_; }
    /// What was received ahead, where the first byte is a letter: no TLS record begins so (RFC 8446
    /// section 5.1), every HTTP method does. OpenSSL has not been given it. Empty otherwise.
    [[nodiscard]] const std::string& plain() const { return plain_; }

private:
    friend struct WireBio;
    int read(std::span<char> into);
    /// Received, or kept from an earlier receive.
    Tried next(std::span<char> into);

    ByteStream& below_;
    std::string unsent_;
    std::size_t sent_ = 0;  ///< of unsent_, how much has left
    std::string received_;
    std::string plain_;
    bool ahead_ = false;
    bool batching_ = false;
    bool dry_ = false;
    bool began_ = false;
    bool ended_ = false;
    Err error_ = Err::io_failed;
};

}  // namespace breakwater::tls
