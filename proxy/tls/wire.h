#pragma once
// What OpenSSL reads from and writes to in place of a socket: a BIO of our own over a ByteStream. The record
// layer writes to it, too.
//
// A receive may bring more than OpenSSL asks for, which is given to it when it asks again: OpenSSL's own read-ahead would
// let one of its calls go from message to message for as long as they come (docs/bounds.md). Writing never says "later":
// what the stream below does not take is kept here, so no call of OpenSSL has to be repeated with the same bytes, and
// reading never has to wait for writing.
//
// One worker.

#include <openssl/types.h>

#include <cstddef>
#include <limits>
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
    /// What a call of OpenSSL may take to read one record with content: more are records that it passes over, as it does with
    /// hellos for another handshake, without ever returning.
    static constexpr std::size_t kMostReadBytes = 34 * 1024;

    /// @param below  outlives this
    explicit Wire(ByteStream& below) : below_(below) {}
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    /// A BIO over this, which outlives it. The caller owns it.
    [[nodiscard]] BIO* make_bio();

    /// What was received and not asked for, for who reads from the stream below from here on.
    [[nodiscard]] std::string take_received();
    /// Whether there is any.
    [[nodiscard]] bool has_received() const { return given_ < received_.size(); }
    /// A call of OpenSSL begins that reads one record with content: taking more than kMostReadBytes breaks the connection.
    /// Without it, as during the handshake, there is no such limit.
    void begin_read() {
        readable_bytes_ = kMostReadBytes;
        answers_ = 0;
    }
    /// Since it began: what the peer has been told, each an answer to something that is no content.
    [[nodiscard]] int answers() const { return answers_; }

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
    Tried receive();

    ByteStream& below_;
    std::string unsent_;
    std::size_t sent_ = 0;  ///< of unsent_, how much has left
    std::string received_;
    std::size_t given_ = 0;  ///< of received_, how much OpenSSL has got
    std::size_t readable_bytes_ = std::numeric_limits<std::size_t>::max();  ///< before it breaks
    int answers_ = 0;
    std::string plain_;
    bool batching_ = false;
    bool dry_ = false;
    bool began_ = false;
    bool ended_ = false;
    Err error_ = Err::io_failed;
};

}  // namespace breakwater::tls
