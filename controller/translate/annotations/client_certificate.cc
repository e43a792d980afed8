// Which certificates a host asks of its clients. What the Secret holds, and which Ingress of a host
// decides: client_certificates.cc.

#include "controller/translate/annotations/row.h"

namespace breakwater::translate {
namespace {

using table::ClientCertificatePolicy;
using table::ClientVerification;

Value<ClientVerification> parse_verification(std::string_view text) {
    if (text == "on") return ClientVerification::required;
    if (text == "off") return ClientVerification::off;
    if (text == "optional") return ClientVerification::optional;
    if (text == "optional_no_ca") return ClientVerification::optional_no_ca;
    return refuse(R"(is none of "on", "off", "optional", "optional_no_ca")");
}

/// ingress-nginx takes 0 for its default, too.
Value<int> parse_depth(std::string_view text) {
    Value<int> depth = parse_count(text);
    if (depth && *depth == 0) depth = 1;
    return depth;
}

/// ingress-nginx also takes a path or a named location of its own configuration, and sends a client
/// there that has shown nothing. There are none to be named here, and a path would be a way in.
Value<std::string> parse_error_page(std::string_view text) {
    if (text.starts_with('/') || text.starts_with('@')) {
        return refuse_mildly("is no URL, and the host lets nobody in without a certificate");
    }
    return parse_url(text);
}

/// Compiled as it stands; Checks::expression has taken it.
Value<std::string> parse_subject(std::string_view text) {
    if (!text.starts_with("CN=")) return refuse(R"(does not begin with "CN=")");
    return std::string(text);
}

template <auto kParse, auto kField>
constexpr Setter<Draft> kPolicy =
    set<kParse, &Draft::client_certificate, &ClientCertificateWishes::policy, kField>;

constexpr Row kRows[] = {
    {.name = "auth-tls-secret",
     .scope = Scope::server_group,
     .set = set<take_text, &Draft::client_certificate, &ClientCertificateWishes::secret>},
    {.name = "auth-tls-verify-client",
     .scope = Scope::server_group,
     .set = kPolicy<parse_verification, &ClientCertificatePolicy::verification>},
    {.name = "auth-tls-verify-depth",
     .scope = Scope::server_group,
     .set = kPolicy<parse_depth, &ClientCertificatePolicy::depth>},
    {.name = "auth-tls-error-page",
     .scope = Scope::server_group,
     .on_bad = OnBad::leave_out,
     .set = kPolicy<parse_error_page, &ClientCertificatePolicy::error_page>},
    {.name = "auth-tls-pass-certificate-to-upstream",
     .scope = Scope::server_group,
     .set = kPolicy<parse_bool, &ClientCertificatePolicy::pass_to_upstream>},
    {.name = "auth-tls-match-cn",
     .scope = Scope::server_group,
     .on_bad = OnBad::leave_out,
     .set = kPolicy<parse_subject, &ClientCertificatePolicy::subject>,
     .check = &Checks::expression},
};

}  // namespace

RowGroup client_certificate_group() { return {.rows = kRows}; }

}  // namespace breakwater::translate
