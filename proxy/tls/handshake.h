#pragma once
// What a handshake has settled. A value.

#include <memory>
#include <string>

#include "proxy/base/crypto/client_certificate.h"

namespace breakwater::tls {

struct HandshakeFacts {
    std::string server_name;  ///< lower case, no trailing dot; empty where the client named none
    std::string alpn;         ///< the protocol chosen; empty where the client offered none
    /// `TLSv1.2` or `TLSv1.3`, and the suite by OpenSSL's name: static text.
    const char* version = "";
    const char* cipher = "";
    bool resumed = false;
    std::unique_ptr<const crypto::ClientCertificate> client;  ///< null: none was asked for
};

}  // namespace breakwater::tls
