#pragma once
// A TLS connection as a ByteStream, a client's to us or ours to a pod: RFC 8446, RFC 5246.
//
//   tls::Stream stream(std::move(socket), worker_context);
//   CO_LET(facts, co_await stream.handshake(deadline));
//
// One worker.

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>

#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/eventual.h"
#include "proxy/reactor/task.h"
#include "proxy/tls/client_context.h"
#include "proxy/tls/handshake.h"
#include "proxy/tls/handshake_line.h"
#include "proxy/tls/record_allowance.h"
#include "proxy/tls/record_layer.h"
#include "proxy/tls/record_size.h"
#include "proxy/tls/server_context.h"
#include "proxy/tls/wire.h"

namespace breakwater::tls {

/// A connection that turned out to speak no TLS, and what it has sent so far.
struct PlainConnection {
    std::unique_ptr<ByteStream> stream;
    std::string received;  ///< not empty
};

class Stream final : public ByteStream {
public:
    /// A client's.
    /// @param below  the connection, nothing of it read yet
    /// @param context  outlives this
    Stream(std::unique_ptr<ByteStream> below, ServerContext& context);
    /// A pod's.
    /// @param context, handshakes  outlive this
    Stream(std::unique_ptr<ByteStream> below, const ClientContext& context,
           HandshakeLine& handshakes);
    ~Stream() override;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Once, before anything else; ending the task leaves a stream of no more use.
    /// @error io_closed  the peer went without a word: a health check, a scan
    /// @error plain_to_tls_port  it speaks no TLS: answer in plain text by take_plain()
    /// @error tls_failed  the two could not agree, or these bytes mean nothing; the detail says which.
    ///                    The peer has been told by an alert, as far as it went.
    /// @error io_timeout, io_reset, io_failed
    Task<Result<HandshakeFacts>> handshake(Deadline deadline);
    /// After plain_to_tls_port, once. This is of no more use then.
    PlainConnection take_plain();

    /// @return end  only after close_notify; a connection cut without one is failed(io_reset), because
    ///              then nobody knows whether all bytes have come (RFC 8446 section 6.1)
    Tried try_read(std::span<char> into) override;
    /// Takes up to kBatchBytes, in records whose length RecordSize tells, with one write. It has taken
    /// nothing until all of them have left: after `wait`, the next try gives at least the same bytes again.
    Tried try_write(std::string_view bytes) override { return try_write2(bytes, {}); }
    /// A head and what fits of its body share a record.
    Tried try_write2(std::string_view first, std::string_view second) override;
    IoWait wait_readable(Deadline deadline) override;
    IoWait wait_writable(Deadline deadline) override;
    void look_for_room() override { below_->look_for_room(); }
    [[nodiscard]] std::size_t held_bytes() const override {
        return wire_.unsent_bytes() + below_->held_bytes();
    }
    Watch& watch() override { return below_->watch(); }
    Tried try_shutdown_write() override;
    [[nodiscard]] bool idle_and_intact() const override;

private:
    /// What leaves with one write: larger ones gain nothing more.
    static constexpr std::size_t kBatchBytes = 64 * 1024;

    void join_wire();
    /// Of a client's connection whose handshake is over: who protects its records from here on.
    void settle_records();
    Tried broken(Err why);
    /// Neither OpenSSL nor the socket has anything, so that a call of SSL_read_ex() is not worth it.
    [[nodiscard]] bool nothing_to_read() const;
    Tried read_record(std::span<char> into);
    /// Of OpenSSL to what the peer has just sent. @return false: too many
    bool count_answers();
    /// @return false: nothing more can be written
    bool encrypt(std::string_view first, std::string_view second);
    bool write_record(std::string_view first, std::string_view second);
    /// close_notify, once.
    void say_end();
    /// Until this handshake may do a step. @error io_timeout
    Eventual<Done> share_of_turn(Deadline deadline);
    Task<Done> wait_for_share(Deadline deadline);
    Result<bool> step_handshake();
    Result<bool> try_handshake();
    [[nodiscard]] HandshakeFacts facts() const;

    std::unique_ptr<ByteStream> below_;
    HandshakeLine& handshakes_;
    Wire wire_;
    Hello hello_;                           ///< of the client
    SSL* ssl_;                              ///< null once `records_` are there
    std::unique_ptr<RecordLayer> records_;  ///< null: OpenSSL's are used
    RecordSize record_size_;
    RecordAllowance allowance_;   ///< of records that OpenSSL reads
    std::size_t owed_bytes_ = 0;  ///< encrypted, said to nobody yet: part of it may be unsent
    std::optional<Err> broken_;   ///< OpenSSL forbids any call after a fatal error
};

}  // namespace breakwater::tls
