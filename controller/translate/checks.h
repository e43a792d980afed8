#pragma once
// Validators that translate is handed, so that a mistake is found where the object is known and the
// libraries that find it stay in their folders.
//
// Pure functions: the same input gives the same answer. Called on the thread of translate().

#include <expected>
#include <functional>
#include <string>

#include "proxy/base/crypto/certificate.h"
#include "proxy/table/backend_tls.h"

namespace breakwater::translate {

/// @error the end of a sentence that began with the value: `is no regular expression: …`
using Check = std::function<std::expected<void, std::string>(const std::string& value)>;

struct Checks {
    /// crypto::inspect_certificate(): whether a chain and a key can serve, and what the leaf says.
    /// @error one sentence, without a byte of either.
    std::function<std::expected<crypto::CertificateFacts, std::string>(const std::string& chain_pem,
                                                                       const std::string& key_pem)>
        certificate = {};

    /// tls::ClientContext::make(): whether TLS to pods can be spoken so.
    /// @error one sentence, without a byte of a PEM text.
    std::function<std::expected<void, std::string>(const table::BackendTls& said)> backend_tls = {};

    Check tls_ciphers = {};  ///< tls::check_ciphers()
    Check tls_groups = {};   ///< tls::check_groups()

    /// crypto::inspect_authorities(): whether clients' certificates can be verified against `ca_pem` and
    /// `crl_pem`, which may be empty. @return their fingerprint @error one sentence, as above
    std::function<std::expected<std::string, std::string>(const std::string& ca_pem,
                                                          const std::string& crl_pem)>
        client_authorities = {};
    /// Whether Regex::compile() takes it.
    Check expression = {};
};

}  // namespace breakwater::translate
