#pragma once
// How a handshake with a pod is made: what we show, whom we trust, whom we ask for.
//
// One for all that say the same, made off the workers, const and shared by all of them. It outlives its
// streams.

#include <openssl/types.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/table/backend_tls.h"

namespace breakwater::tls {

class ClientContext {
public:
    /// @param protocol  offered by ALPN (RFC 7301), and the only one; empty: none is spoken of
    /// @return one sentence without any byte of a PEM text where a part cannot be used
    [[nodiscard]] static std::expected<std::shared_ptr<const ClientContext>, std::string> make(
        const table::BackendTls& said, std::string_view protocol);

    ClientContext(const ClientContext&) = delete;
    ClientContext& operator=(const ClientContext&) = delete;
    ~ClientContext();

    /// A connection that has not begun its handshake. The caller owns it.
    [[nodiscard]] SSL* new_connection() const;

private:
    explicit ClientContext(const table::BackendTls& said);

    SSL_CTX* context_;
    std::string name_;      ///< empty: any name, where the certificate is verified
    bool name_is_address_;  ///< of an IP address: verified, never asked for
    bool send_name_;
    bool verify_;
};

}  // namespace breakwater::tls
