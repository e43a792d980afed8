#pragma once
// How a worker's handshakes are made: versions, suites, protocols, tickets. One SSL_CTX for all hosts;
// a handshake is given the certificate of its name (an SSL_CTX for each host would cost 13 KiB and a
// tenth of a millisecond each), and another SSL_CTX only where its host has suites of its own
// (CipherList). Other settings make another SSL_CTX; connections keep theirs.
//
// One worker. It outlives its streams.

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/clock.h"
#include "proxy/base/crypto/handles.h"
#include "proxy/table/routing_table.h"
#include "proxy/tls/certificate_index.h"
#include "proxy/tls/cipher_index.h"
#include "proxy/tls/client_verifiers.h"
#include "proxy/tls/handover.h"
#include "proxy/tls/handshake_line.h"
#include "proxy/tls/staples.h"
#include "proxy/tls/ticket_keys.h"

namespace breakwater::tls {

class ServerContext;

/// What a client's hello has decided.
struct Hello {
    ServerContext* context = nullptr;    ///< whose connection it is: set by new_connection()
    std::string server_name;             ///< lower case, no trailing dot; empty where it named none
    ClientVerifier::Shared client;       ///< null: no certificate is asked for
    CipherList::Shared ciphers;          ///< null: the suites of the settings
    std::unique_ptr<Handover> handover;  ///< until the handshake is over; null before, too
};

/// What is in force now, asked in each handshake.
class ServerPolicy {
public:
    virtual ~ServerPolicy() = default;
    /// Used before a handshake returns, not kept.
    [[nodiscard]] virtual const CertificateIndex& certificates() const = 0;
    /// The same.
    [[nodiscard]] virtual const ClientVerifiers& clients() const = 0;
    /// The same.
    [[nodiscard]] virtual const CipherIndex& ciphers() const = 0;
    /// Whether HTTP/2 is offered, before HTTP/1.1: `use-http2`.
    [[nodiscard]] virtual bool offers_http2() const = 0;
    /// Whether a host has this name, certificate or not: what `ssl-reject-handshake` asks.
    /// @param name  lower case, without trailing dot; empty where the client named none
    [[nodiscard]] virtual bool has_host(std::string_view name) const = 0;
};

/// TLS 1.2 and 1.3, where settings and host say nothing else with forward secrecy and AEAD suites only;
/// in our order; no renegotiation, no compression, no early data.
///
/// A session resumes only under the name that it was made for: RFC 6066 section 3 demands it of
/// TLS 1.2. And only under the authorities that its client was verified against, so that a verification
/// is not carried over a change of them, nor from one host to another. And only with a suite that a
/// full handshake could agree on now, which OpenSSL does not look at.
class ServerContext {
public:
    /// @param policy, clock  outlive this
    ServerContext(const table::TlsSettings& settings, const TicketSeed& seed,
                  const ServerPolicy& policy, const Clock& clock = system_clock());
    ServerContext(const ServerContext&) = delete;
    ServerContext& operator=(const ServerContext&) = delete;

    /// For the connections that come from now on. A few hundred microseconds where they are others.
    void follow(const table::TlsSettings& settings);
    /// For the tickets from now on. Those of before cannot be opened where the seed is another, which
    /// is what one changes it for.
    /// @param secret  null: the process's own keys
    void follow(const std::shared_ptr<const table::TicketSecret>& secret);
    /// A connection that has not begun its handshake. The caller owns it.
    /// @param hello  filled when the client's hello has come; outlives the handshake
    [[nodiscard]] SSL* new_connection(Hello& hello);
    HandshakeLine& handshakes() { return handshakes_; }
    /// Shown to clients that ask for them, where `enable-ocsp` says so.
    Staples& staples() { return staples_; }

private:
    friend struct ServerCallbacks;

    using ContextPtr = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
    ContextPtr make_context();
    TicketKeys& ticket_keys();

    table::TlsSettings settings_;
    const Clock& clock_;
    ProcessTicketKeys own_keys_;
    std::shared_ptr<const table::TicketSecret> ticket_secret_;
    std::optional<SharedTicketKeys> shared_keys_;  ///< of ticket_secret_
    const ServerPolicy& policy_;
    HandshakeLine handshakes_;
    Staples staples_;
    ContextPtr context_;
};

/// Has an SSL_CTX ask as the handshakes of each ServerContext do, so that they can be given it.
void set_handshake_callbacks(SSL_CTX* context);

}  // namespace breakwater::tls
