#pragma once
// How a worker's handshakes are made: versions, suites, protocols, tickets. One SSL_CTX for all hosts;
// a handshake is given the certificate of its name (an SSL_CTX for each host would cost 13 KiB and a
// tenth of a millisecond each).
//
// One worker. It outlives its streams.

#include <openssl/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "proxy/base/clock.h"
#include "proxy/tls/certificate_index.h"
#include "proxy/tls/handshake_line.h"
#include "proxy/tls/ticket_keys.h"

namespace breakwater::tls {

/// What is in force now, asked in each handshake.
class ServerPolicy {
public:
    virtual ~ServerPolicy() = default;
    /// Used before a handshake returns, not kept.
    [[nodiscard]] virtual const CertificateIndex& certificates() const = 0;
    /// Whether HTTP/2 is offered, before HTTP/1.1: `use-http2`.
    [[nodiscard]] virtual bool offers_http2() const = 0;
};

struct ServerOptions {
    /// Session tickets: `ssl-session-tickets`, on here where ingress-nginx has it off. Their keys
    /// change, which is what it lacks.
    bool tickets = true;
    std::chrono::seconds session_lifetime{600};  ///< `ssl-session-timeout`
};

/// TLS 1.2 and 1.3 with forward secrecy and AEAD suites only, in our order; no renegotiation, no
/// compression, no early data.
///
/// A session resumes only under the name that it was made for: RFC 6066 section 3 demands it of
/// TLS 1.2, and so what a host asks of its clients (one day a certificate) cannot be had from another.
class ServerContext {
public:
    /// @param policy, clock  outlive this
    ServerContext(const ServerOptions& options, const TicketSeed& seed, const ServerPolicy& policy,
                  const Clock& clock = system_clock());
    ServerContext(const ServerContext&) = delete;
    ServerContext& operator=(const ServerContext&) = delete;
    ~ServerContext();

    /// A connection that has not begun its handshake. The caller owns it.
    /// @param name  where the client's name is put when its hello has come; outlives the handshake
    [[nodiscard]] SSL* new_connection(std::string& name);
    HandshakeLine& handshakes() { return handshakes_; }

private:
    friend struct ServerCallbacks;

    ServerOptions options_;
    TicketKeys keys_;
    const ServerPolicy& policy_;
    HandshakeLine handshakes_;
    SSL_CTX* context_;
};

}  // namespace breakwater::tls
