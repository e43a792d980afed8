#pragma once
// `auth-tls-*`: what a request may do by the certificate that its client has shown, and what the pod is
// told of it. The order is ingress-nginx's: verification (400, or 302 to the error page), then the
// subject (403). docs/decisions/client_certificates.md says what a connection may carry.

#include <memory>
#include <optional>
#include <string>

#include "proxy/base/crypto/client_certificate.h"
#include "proxy/base/regex/regex.h"
#include "proxy/exchange/filter.h"
#include "proxy/table/client_certificate.h"

namespace breakwater::filters {

class ClientCertificateFilter final : public exchange::Filter {
public:
    /// @param policy  one that says something: authorities, or that they are unusable
    explicit ClientCertificateFilter(const table::ClientCertificatePolicy& policy);
    [[nodiscard]] std::string_view name() const override { return "client_certificate"; }
    exchange::Verdict on_request(exchange::Exchange& ex) const override;

private:
    using Shown = const crypto::ClientCertificate*;  ///< null: the handshake asked for none

    [[nodiscard]] std::optional<Err> mistake_in(Shown client) const;
    [[nodiscard]] exchange::Verdict refuse(exchange::Exchange& ex, Err why) const;
    [[nodiscard]] bool fits_subject(Shown client) const;
    void tell_pod(exchange::Exchange& ex, Shown client) const;

    table::ClientCertificatePolicy policy_;
    std::string key_;                       ///< empty: none is asked for
    std::shared_ptr<const Regex> subject_;  ///< null: any, or nobody where the policy has one
};

}  // namespace breakwater::filters
