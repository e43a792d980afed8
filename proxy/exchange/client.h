#pragma once
// A request's client where proxies in front of us speak for it: RFC 7239's matter, in the X-Forwarded-*
// fields of practice.
//
// In the arena of the exchange.

#include <string_view>

#include "proxy/base/address.h"

namespace breakwater::exchange {

/// What a trusted proxy has said of the client; where it has said nothing, what the connection says.
struct Client {
    SocketAddress address;           ///< port 0: not known
    std::string_view ip;             ///< `address.ip` as text
    std::string_view forwarded_for;  ///< the list for the pod: X-Forwarded-For
    std::string_view authority;  ///< host and port that it has asked; empty where nobody says it
    std::string_view host;       ///< the same as RequestHead::host
    std::string_view scheme;     ///< `http`, `https`, or another that the proxy has named
    std::string_view port;       ///< 1 to 65535
};

}  // namespace breakwater::exchange
