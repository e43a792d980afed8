#pragma once
// TLS to the pods of a host: the Secrets of `proxy-ssl-secret` in, settings of the table out.

#include <expected>
#include <map>
#include <memory>
#include <vector>

#include "controller/translate/checks.h"
#include "controller/translate/choose.h"
#include "controller/translate/report.h"
#include "controller/translate/translate.h"
#include "proxy/table/routing_table.h"

namespace breakwater::translate {

using BackendTlsPtr = std::shared_ptr<const table::BackendTls>;

/// One translation, one thread; what it is given outlives it.
class BackendTlsSettings {
public:
    BackendTlsSettings(const Input& input, const table::RoutingTable* before, const Checks& checks,
                       Report& report);

    /// Fills `backend_tls` of an Ingress. One whose Secret is of no use is denied.
    void find(Chosen& chosen);

private:
    struct Denied {};
    using Found = std::expected<BackendTlsPtr, Denied>;

    Found read(const Chosen& chosen);
    Found refuse(const Chosen& chosen, const std::string& why);
    [[nodiscard]] BackendTlsPtr known(const table::BackendTls& wanted) const;

    const Input& input_;
    const Checks& checks_;
    Report& report_;
    std::multimap<std::string, BackendTlsPtr> before_;  ///< by Secret
};

/// What holds for the pods of an Ingress' paths: without `proxy-ssl-location-only` what the oldest
/// Ingress of the host says that names a Secret; else its own. Null: the defaults.
///
/// @param of_host  the Ingresses with a rule for it, the oldest first
[[nodiscard]] BackendTlsPtr settle_backend_tls(const Chosen& chosen,
                                               const std::vector<const Chosen*>& of_host);

}  // namespace breakwater::translate
