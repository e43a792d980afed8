#pragma once
// Which certificate a name asks of its clients: that of the host that a request for it would be served
// by. The exact host, else the wildcard one label above, else the catch-all; a host that asks for none
// hides a wildcard that does.
//
// Built once a publish, off the workers; const afterwards and shared by all of them.

#include <memory>
#include <string_view>

#include "proxy/table/match.h"
#include "proxy/table/routing_table.h"
#include "proxy/tls/client_verifier.h"
#include "proxy/tls/made_once.h"

namespace breakwater::tls {

class ClientVerifiers {
public:
    /// @param before  those before, or null: authorities that did not change are not read again
    /// @return `before` itself where nothing has changed
    [[nodiscard]] static std::shared_ptr<const ClientVerifiers> make(
        const table::RoutingTable& table, std::shared_ptr<const ClientVerifiers> before = nullptr);

    /// @param name  lower case, without trailing dot; empty where the client named none
    /// @return null where no certificate is asked for
    [[nodiscard]] const ClientVerifier::Shared& find(std::string_view name) const {
        return asked_.find(name);
    }

private:
    ClientVerifier::Shared load(const table::Host& host, const ClientVerifiers* before);

    table::ByHost<ClientVerifier::Shared> asked_;
    MadeOnce<ClientVerifier> by_key_;
};

}  // namespace breakwater::tls
