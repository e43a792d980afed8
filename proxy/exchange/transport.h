#pragma once
// How pods are spoken to: which protocol, and over TLS or not.
//
// Compiled from what locations say, one for all that say the same, and kept from table to table: a kept
// connection serves only requests of its own transport. Const; any thread.

#include <cstdint>
#include <memory>

namespace breakwater::tls {
class ClientContext;
}

namespace breakwater::exchange {

enum class PodProtocol : std::uint8_t { http1, http2, fastcgi };

struct Transport {
    PodProtocol protocol = PodProtocol::http1;
    bool secure = false;
    /// Where `secure`. Null even then where what was said of TLS is of no use: nobody can be reached.
    std::shared_ptr<const tls::ClientContext> tls;

    [[nodiscard]] const char* scheme() const { return secure ? "https" : "http"; }
};
using TransportPtr = std::shared_ptr<const Transport>;

/// The transports of a location: the same one, unless it is to follow the client's connection.
struct Transports {
    TransportPtr of_http;  ///< null where the location has no backend, as the next
    TransportPtr of_https;

    [[nodiscard]] const TransportPtr& of(bool client_tls) const {
        return client_tls ? of_https : of_http;
    }
};

}  // namespace breakwater::exchange
