#pragma once
// The records of a TLS 1.3 connection once its handshake is over: RFC 8446 section 5. What OpenSSL would
// do with them, in a third of the instructions and a fifth of the memory (docs/decisions/tls_records.md).
//
// One worker.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/reactor/byte_stream.h"
#include "proxy/tls/record_allowance.h"
#include "proxy/tls/record_protection.h"
#include "proxy/tls/wire.h"

namespace breakwater::tls {

class RecordLayer {
public:
    /// @param below  what is read from. @param wire  what is written to. Both outlive this
    /// @param received  behind the handshake, from below
    RecordLayer(ByteStream& below, Wire& wire, RecordProtection reading, RecordProtection writing,
                std::string received);
    RecordLayer(const RecordLayer&) = delete;
    RecordLayer& operator=(const RecordLayer&) = delete;

    /// As ByteStream::try_read(). A failure has been told to the peer, and is for good.
    Tried read(std::span<char> into);
    /// One record of both parts, which the wire has taken when this returns.
    /// @return false: no more can be written, for good; after close_notify() and a failure to read, too
    bool write(std::string_view first, std::string_view second);
    /// Says that nothing more is written.
    void close_notify();
    /// Nothing is at hand that has not been read, and the peer has not ended.
    [[nodiscard]] bool idle() const;

private:
    /// RFC 8446 section 6.
    enum class Alert : std::uint8_t {
        close_notify = 0,
        unexpected_message = 10,
        bad_record_mac = 20,
        record_overflow = 22,
        decode_error = 50,
        user_canceled = 90,
    };

    std::size_t take_kept(std::span<char> into);
    /// Puts together what is at hand, and receives more where no record of it is whole.
    /// @param room  of the reader. @return some: how much is at hand
    Tried receive(std::size_t room);
    /// Opens the records at hand for as long as there is room for their content.
    std::size_t open_all(std::span<char> into, std::size_t received);
    /// The content of the first record, where it is a reader's.
    std::string_view open(std::span<char> first);
    std::string_view take_alert(std::string_view content);
    std::string_view take_handshake(std::string_view content);

    bool write(ContentType type, std::string_view first, std::string_view second);
    /// @return false: the peer could not be told
    bool update_writing();
    void say(Alert alert);
    Tried fail(Err why);
    /// Tells the peer what is wrong with what it has sent, and ends reading.
    std::string_view refuse(Alert alert);

    ByteStream& below_;
    Wire& wire_;
    RecordProtection reading_;
    RecordProtection writing_;
    std::string sealed_;        ///< received, and not opened yet
    std::string kept_;          ///< opened, where a reader had less room
    std::optional<Tried> end_;  ///< what every further read comes to
    bool closed_ = false;       ///< nothing more may be written
    RecordAllowance allowance_;
};

}  // namespace breakwater::tls
