#pragma once
// Which certificates a host asks of its clients: `auth-tls-secret` and its like, Secrets in, policies out.

#include <memory>
#include <string>
#include <vector>

#include "controller/translate/choose.h"
#include "controller/translate/footprint.h"
#include "controller/translate/of_secret.h"

namespace breakwater::translate {

/// What the Secrets with authorities hold, for one Ingress. What it is given outlives it.
class ClientAuthorities {
public:
    using Known = OfSecret<table::ClientAuthorities>;

    ClientAuthorities(Lookup& lookup, Known& known, const Checks& checks, const Options& options,
                      Report& report)
        : lookup_(lookup), known_(known), checks_(checks), options_(options), report_(report) {}

    /// Fills `client_certificate` of the Ingress. One whose authorities cannot be had is denied: better
    /// nobody is served than anybody.
    void find(Chosen& chosen);

private:
    using Pointer = std::shared_ptr<const table::ClientAuthorities>;
    /// Null: the Secret has none. @error why they cannot be used, as a sentence without its end
    using Found = Known::Made;

    [[nodiscard]] Found find(const kube::Ingress& ingress, const std::string& name);
    [[nodiscard]] Found read(const kube::Secret& secret, const Pointer& before) const;
    void report_without_secret(const kube::Ingress& ingress);

    Lookup& lookup_;
    Known& known_;
    const Checks& checks_;
    const Options& options_;
    Report& report_;
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
