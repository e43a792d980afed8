#pragma once
// Which certificate a name is shown: the exact host's, else that of the wildcard one label above,
// else the default. A host without a certificate of its own does not hide a wildcard's.
//
// Built once a publish, off the workers; const afterwards and shared by all of them. A handshake asks
// the index that is in force when it chooses; connections are not touched by a new one.

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/table/match.h"
#include "proxy/table/routing_table.h"
#include "proxy/tls/server_certificate.h"

namespace breakwater::tls {

class CertificateIndex {
public:
    using Shared = std::shared_ptr<const ServerCertificate>;

    /// What a name is shown.
    struct Shown {
        Shared certificate;  ///< never null
        Shared rsa;          ///< for clients that cannot use it; mostly null

        /// Makes them the certificates of a handshake in progress; OpenSSL takes the one that the client
        /// can use, by the order of our suites and signatures: not RSA where it is a question.
        [[nodiscard]] bool present_on(SSL* handshake) const;
        bool operator==(const Shown&) const = default;
    };

    /// @param self_made  shown where nothing fits and the table names no default; not null
    /// @param before  the index before, or null: what did not change is taken from it, so that a
    ///                publish costs what changed. Equal pairs are one, in however many Secrets they are.
    ///
    /// A certificate that cannot be used, which whoever built the table has refused already, costs only
    /// its own hosts: they are shown the default, and the log says so.
    CertificateIndex(const table::RoutingTable& table, Shared self_made,
                     const CertificateIndex* before = nullptr);

    /// @param name  lower case, without trailing dot; empty where the client named none
    [[nodiscard]] const Shown& find(std::string_view name) const { return shown_.find(name); }

    /// A pair as the table has it, and what was made of it.
    struct Loaded {
        std::shared_ptr<const table::Certificate> source;
        Shared certificate;
    };
    /// Each once, but for the self-made one; in no order.
    [[nodiscard]] std::vector<Loaded> all() const;

private:
    using Source = std::shared_ptr<const table::Certificate>;

    [[nodiscard]] Shared known(const Source& source) const;
    Shared load(const Source& source, const CertificateIndex* before);

    table::ByHost<Shown> shown_;
    std::unordered_multimap<std::string, Loaded> loaded_;  ///< by fingerprint
};

}  // namespace breakwater::tls
