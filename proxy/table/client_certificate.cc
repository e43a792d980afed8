#include "proxy/table/client_certificate.h"

#include <fmt/format.h>

#include <tuple>

#include "proxy/table/same.h"

namespace breakwater::table {
namespace {

auto values_of(const ClientCertificatePolicy& p) {
    return std::tie(p.verification, p.depth, p.error_page, p.pass_to_upstream, p.subject,
                    p.unusable);
}

}  // namespace

bool ClientCertificatePolicy::operator==(const ClientCertificatePolicy& other) const {
    return same(authorities, other.authorities) && values_of(*this) == values_of(other);
}

std::string handshake_key(const ClientCertificatePolicy& policy) {
    if (!policy.authorities || policy.verification == ClientVerification::off) return {};
    // The certificate's text is kept by a connection only where a pod gets it.
    return fmt::format("{}/{}/{}", policy.authorities->fingerprint, policy.depth,
                       policy.pass_to_upstream ? "text" : "names");
}

}  // namespace breakwater::table
