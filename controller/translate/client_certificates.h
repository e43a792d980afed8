#pragma once
// Which certificates a host asks of its clients: `auth-tls-secret` and its like, Secrets in, policies out.

#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controller/translate/choose.h"
#include "controller/translate/translate.h"

namespace breakwater::translate {

/// What the Secrets with authorities hold, each read and checked at most once. One translation, one
/// thread; what it is given outlives it.
class ClientAuthorities {
public:
    ClientAuthorities(const Input& input, const table::RoutingTable* before, const Checks& checks,
                      const Options& options, Report& report);

    /// Fills `client_certificate` of an Ingress. One whose authorities cannot be had is denied: better
    /// nobody is served than anybody.
    void find(Chosen& chosen);

private:
    using Pointer = std::shared_ptr<const table::ClientAuthorities>;
    /// Null: the Secret has none. @error why they cannot be used, as a sentence without its end
    using Found = std::expected<Pointer, std::string>;

    [[nodiscard]] Found find(const kube::Ingress& ingress, const std::string& name);
    [[nodiscard]] Found read(const kube::Key& key) const;
    void report_without_secret(const kube::Ingress& ingress);

    const Input& input_;
    const Checks& checks_;
    const Options& options_;
    Report& report_;
    std::map<std::string, Pointer> before_;  ///< by name
    std::map<kube::Key, Found> known_;
};

/// The first Ingress with authorities decides everything, as in ingress-nginx. One before it whose
/// authorities cannot be had closes the host; one behind it costs only its own paths.
///
/// @param host  its name; empty for the catch-all
/// @param ingresses  with a rule for it, the oldest first
[[nodiscard]] table::ClientCertificatePolicy settle_client_certificates(
    const std::string& host, const std::vector<const Chosen*>& ingresses, const Options& options,
    Report& report);

}  // namespace breakwater::translate
