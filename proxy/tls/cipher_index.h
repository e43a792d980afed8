#pragma once
// Which suites of TLS 1.2 a name's handshake may agree on, and whose order decides: what the host says
// that a request for the name would be served by, as in ClientVerifiers.
//
// Built once a publish, off the workers; const afterwards and shared by all of them.

#include <string_view>

#include "proxy/table/match.h"
#include "proxy/table/routing_table.h"
#include "proxy/tls/cipher_list.h"
#include "proxy/tls/made_once.h"

namespace breakwater::tls {

class CipherIndex {
public:
    struct Choice {
        CipherList::Shared list;    ///< null: what the settings say
        bool prefer_server = true;  ///< our order decides
        bool operator==(const Choice&) const = default;
    };

    /// @param before  the index before, or null: lists that did not change are not parsed again. Equal
    ///                lists are one.
    ///
    /// A list that cannot be used, which whoever built the table has refused already, counts as none.
    explicit CipherIndex(const table::RoutingTable& table, const CipherIndex* before = nullptr);

    /// @param name  lower case, without trailing dot; empty where the client named none
    [[nodiscard]] const Choice& find(std::string_view name) const { return chosen_.find(name); }

private:
    CipherList::Shared load(const table::Host& host, const CipherIndex* before);

    MadeOnce<CipherList> lists_;
    table::ByHost<Choice> chosen_;
};

}  // namespace breakwater::tls
