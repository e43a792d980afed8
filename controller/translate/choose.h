#pragma once
// Which Ingresses are served, in which version, and what their annotations say. Pure; any thread.

#include <memory>
#include <optional>

#include "controller/translate/age.h"
#include "controller/translate/annotations/read.h"
#include "controller/translate/report.h"
#include "controller/translate/translate.h"

namespace breakwater::translate {

/// An Ingress of ours in the version that is served.
struct Chosen {
    std::shared_ptr<const kube::Ingress> object;
    Draft says;
    SharedSettings server;   ///< what it says for its hosts as a whole
    SharedSettings backend;  ///< what it says for its Services' ports, whoever leads there
    bool denied = false;     ///< its paths answer 503
    Age age = {};
    /// What it asks of clients' certificates, with authorities or unusable, or nothing: filled by
    /// ClientAuthorities. Of the Ingresses of a host one decides.
    table::ClientCertificatePolicy client_certificate = {};
    /// How it speaks TLS to its pods, where it names a Secret: filled by BackendTlsSettings.
    std::shared_ptr<const table::BackendTls> backend_tls = nullptr;
};

/// @return none where the Ingress is not ours, or has no version that can be served.
[[nodiscard]] std::optional<Chosen> choose(const std::shared_ptr<const kube::Ingress>& ingress,
                                           const Input& input, const Draft& defaults,
                                           const Options& options, const Checks& checks,
                                           Report& report);

}  // namespace breakwater::translate
