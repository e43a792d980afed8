#pragma once
// TLS as a server speaks it on a socket of which a thread of its own takes care: for small servers, such as
// the admission webhook's, never for traffic (stream.h).
//
// TLS 1.2 and 1.3, no session is resumed, no client certificate is asked for, no protocol but HTTP/1.1.

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "proxy/base/free.h"
#include "proxy/tls/server_certificate.h"

namespace breakwater::tls {

/// What the sessions of one certificate have in common. Const; any thread.
class SocketContext {
public:
    /// Some hundred microseconds.
    explicit SocketContext(const ServerCertificate& certificate);

private:
    friend class SocketSession;
    std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context_;
};

/// One connection, from its first byte: the handshake is part of the first read or write. One thread.
class SocketSession {
public:
    /// How a step went that moved no byte.
    enum class Wait : std::uint8_t {
        no,     ///< it is over: an end, or an error
        read,   ///< until the socket can be read
        write,  ///< until the socket can be written
    };

    /// @param socket  non-blocking; outlives this
    SocketSession(const SocketContext& context, int socket);
    ~SocketSession();
    SocketSession(const SocketSession&) = delete;
    SocketSession& operator=(const SocketSession&) = delete;

    /// @return the number of bytes; 0 where `wait` says how to go on
    [[nodiscard]] std::size_t read(char* into, std::size_t size, Wait& wait);
    [[nodiscard]] std::size_t write(const char* from, std::size_t size, Wait& wait);

private:
    [[nodiscard]] Wait wait_after(int result) const;

    std::unique_ptr<SSL, Free<SSL_free>> session_;
};

}  // namespace breakwater::tls
