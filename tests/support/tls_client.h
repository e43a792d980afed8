#pragma once
// A TLS client on OpenSSL's own socket code, for tests: blocking, on a thread of its own.

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/crypto/handles.h"
#include "proxy/base/crypto/self_signed.h"
#include "proxy/reactor/descriptor.h"

namespace breakwater::test {

using crypto::PemPair;
using SessionPtr = std::unique_ptr<SSL_SESSION, Free<SSL_SESSION_free>>;

/// What a client says in its hello.
struct TlsClientOptions {
    std::string server_name = {};  ///< empty: none
    int version = 0;               ///< TLS1_2_VERSION, …; 0: all that OpenSSL has
    std::string ciphers = {};      ///< of TLS 1.2; empty: OpenSSL's
    std::string signatures = {};   ///< algorithms of TLS 1.3; empty: OpenSSL's
    std::string groups = {};       ///< empty: OpenSSL's
    std::vector<std::string> alpn = {};
    SSL_SESSION* session = nullptr;        ///< to be resumed
    const PemPair* certificate = nullptr;  ///< shown where it is asked for, with its chain
    bool status = false;                   ///< the certificate's is asked for: RFC 6066 section 8
};

class TlsClient {
public:
    /// @param fd connected; every wait on it ends after 20 s
    TlsClient(Descriptor fd, const TlsClientOptions& options);
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    ~TlsClient();

    [[nodiscard]] bool handshake();
    [[nodiscard]] bool write(std::string_view bytes);
    /// Up to `bytes`; fewer where the peer has ended before.
    std::string read(std::size_t bytes);
    /// Until the peer has ended.
    std::string read_all() { return read(static_cast<std::size_t>(-1)); }
    /// Whether reading ended with close_notify.
    [[nodiscard]] bool closed_in_order() const;
    /// Sends close_notify and goes on reading.
    void close_notify();
    /// Goes without one.
    void cut();

    [[nodiscard]] std::string alpn() const;
    /// The first DNS name of the certificate shown; its common name where it has none. Empty after a
    /// resumption in which none was shown.
    [[nodiscard]] std::string certificate_name() const;
    /// The type of its key, `RSA` or `EC`.
    [[nodiscard]] std::string certificate_key() const;
    /// The OCSP response stapled to it, as DER; empty where there was none.
    [[nodiscard]] std::string stapled() const;
    [[nodiscard]] bool resumed() const;
    /// The newest session with a ticket, once; null where there is none. TLS 1.3 offers one only
    /// with the first bytes that are read.
    SessionPtr take_session();
    /// OpenSSL's words for why the handshake failed.
    [[nodiscard]] const std::string& error() const { return error_; }
    [[nodiscard]] SSL* ssl() { return ssl_; }
    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    Descriptor fd_;
    SSL_CTX* context_;
    SSL* ssl_;
    SessionPtr session_;
    std::string error_;
};

}  // namespace breakwater::test
