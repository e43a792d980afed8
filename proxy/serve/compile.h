#pragma once
// From the table as it was told to the table as it is served: filter chains, matchers, certificates.
//
// Runs once a publication and off the workers. A host whose node and backends did not change keeps
// what was compiled for it before.

#include <memory>
#include <string>
#include <string_view>

#include "proxy/exchange/routes.h"
#include "proxy/serve/transports.h"
#include "proxy/table/routing_table.h"
#include "proxy/tls/certificate_index.h"
#include "proxy/tls/cipher_index.h"
#include "proxy/tls/client_verifiers.h"

namespace breakwater::serve {

struct CompiledTable final : exchange::Routes {
    std::shared_ptr<const tls::CertificateIndex> certificates;
    /// The same as before where what is asked of clients has not changed.
    std::shared_ptr<const tls::ClientVerifiers> clients;
    std::shared_ptr<const tls::CipherIndex> ciphers;
    TransportIndex transports{nullptr};  ///< for the next table
    bool passes_through = false;         ///< whether any host has its TLS passed through

    /// Where TLS for this name goes unseen; null where it ends here.
    /// @param server_name  as ConnectionFacts::sni
    [[nodiscard]] std::shared_ptr<const table::L4Target> passthrough_of(
        std::string_view server_name) const;
};

struct CompileOptions {
    /// Shown where no certificate fits and the table names no default; not null.
    std::shared_ptr<const tls::ServerCertificate> self_made;
    std::string health_check_path = "/healthz";  ///< answered for hosts that nothing matches
};

/// @param before  what is served now; null at first.
[[nodiscard]] std::shared_ptr<const CompiledTable> compile(
    std::shared_ptr<const table::RoutingTable> table, const CompiledTable* before,
    const CompileOptions& options);

}  // namespace breakwater::serve
