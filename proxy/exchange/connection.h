#pragma once
// What a connection knew before its first request, as matching, filters and the log see it.
//
// Filled once by the listener's side; const afterwards. One worker.

#include <memory>
#include <string>

#include "proxy/base/address.h"
#include "proxy/base/crypto/client_certificate.h"

namespace breakwater::exchange {

struct ConnectionFacts {
    SocketAddress peer;   ///< the other end of the connection
    std::string peer_ip;  ///< its address as text, which each request repeats
    SocketAddress local;  ///< our end
    bool tls = false;
    std::string sni;  ///< lower case, no trailing dot; empty where the client named none
    std::unique_ptr<const crypto::ClientCertificate> client;  ///< null: none was asked for

    [[nodiscard]] const char* scheme() const { return tls ? "https" : "http"; }
};

/// A connection as whoever ends the process sees it.
class Leaving {
public:
    virtual ~Leaving() = default;
    /// Takes no request after those that are there, and says so to a client whose protocol has words for
    /// it.
    virtual void leave() = 0;
};

}  // namespace breakwater::exchange
