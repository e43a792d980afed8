#pragma once
// TLS to the pods of a host: the Secrets of `proxy-ssl-secret` in, settings of the table out.

#include <expected>
#include <map>
#include <memory>
#include <vector>

#include "controller/translate/checks.h"
#include "controller/translate/choose.h"
#include "controller/translate/footprint.h"
#include "controller/translate/options.h"
#include "controller/translate/report.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

using BackendTlsPtr = std::shared_ptr<const table::BackendTls>;

/// Those in use, by Secret: many Ingresses say the same, and their texts are long.
using BackendTlsInUse = std::multimap<std::string, std::weak_ptr<const table::BackendTls>>;

/// For one Ingress; what it is given outlives it.
class BackendTlsSettings {
public:
    BackendTlsSettings(Lookup& lookup, BackendTlsInUse& in_use, const Checks& checks,
                       const Options& options, Report& report)
        : lookup_(lookup), in_use_(in_use), checks_(checks), options_(options), report_(report) {}

    /// Fills `backend_tls` of the Ingress. One whose Secret is of no use is denied.
    void find(Chosen& chosen);

private:
    struct Denied {};
    using Found = std::expected<BackendTlsPtr, Denied>;

    Found read(const Chosen& chosen);
    Found refuse(const Chosen& chosen, const std::string& why);
    [[nodiscard]] BackendTlsPtr known(const table::BackendTls& wanted);

    Lookup& lookup_;
    BackendTlsInUse& in_use_;
    const Checks& checks_;
    const Options& options_;
    Report& report_;
};

/// What holds for the pods of an Ingress' paths: without `proxy-ssl-location-only` what the oldest
/// Ingress of the host says that names a Secret; else its own. Null: the defaults.
///
/// @param of_host  the Ingresses with a rule for it, the oldest first
[[nodiscard]] BackendTlsPtr settle_backend_tls(const Chosen& chosen,
                                               const std::vector<const Chosen*>& of_host);

}  // namespace breakwater::translate
