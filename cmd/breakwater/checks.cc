#include "cmd/breakwater/checks.h"

#include <expected>
#include <string>

#include "proxy/base/crypto/authorities.h"
#include "proxy/base/crypto/certificate.h"
#include "proxy/base/regex/regex.h"
#include "proxy/tls/client_context.h"
#include "proxy/tls/negotiation.h"

namespace breakwater::cmd {
namespace {

std::expected<void, std::string> check_backend_tls(const table::BackendTls& said) {
    const auto made = tls::ClientContext::make(said, {});
    if (!made) return std::unexpected(made.error());
    return {};
}

std::expected<void, std::string> check_expression(const std::string& text) {
    const auto compiled = Regex::compile(text);
    if (!compiled) return std::unexpected(compiled.error());
    return {};
}

}  // namespace

translate::Checks all_checks() {
    return {.certificate = crypto::inspect_certificate,
            .backend_tls = check_backend_tls,
            .tls_ciphers = tls::check_ciphers,
            .tls_groups = tls::check_groups,
            .client_authorities = crypto::inspect_authorities,
            .expression = check_expression};
}

}  // namespace breakwater::cmd
