#include "proxy/base/crypto/issue.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string_view>

#include "proxy/base/address.h"
#include "proxy/base/ascii.h"
#include "proxy/base/crypto/key_pair.h"
#include "proxy/base/crypto/make_certificate.h"

namespace breakwater::crypto {
namespace {

constexpr std::string_view kAddress = "IP:";

/// What OpenSSL would not read as something else.
bool is_name(std::string_view name) {
    if (name.starts_with(kAddress))
        return IpAddress::parse(name.substr(kAddress.size())).has_value();
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return is_alpha(c) || is_digit(c) || c == '.' || c == '-';
    });
}

std::string alternatives_of(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ",") + std::string(name.starts_with(kAddress) ? "" : "DNS:") +
                name;
    }
    return text;
}

/// RFC 5280 section 4.2.1.9: CA:TRUE, and no key usage that speaks against it.
bool may_sign(X509* certificate) { return X509_check_ca(certificate) == 1; }

}  // namespace

PemPair make_authority(const std::string& common_name, std::chrono::hours lifetime) {
    const KeyPtr key = make_key();
    const X509Ptr certificate = make_certificate({.common_name = common_name.c_str(),
                                                  .alternatives = {},
                                                  .authority = true,
                                                  .lifetime = lifetime},
                                                 key.get(), nullptr, nullptr);
    return to_pem(certificate.get(), key.get());
}

std::expected<PemPair, std::string> issue_certificate(const PemPair& authority,
                                                      const std::vector<std::string>& dns_names,
                                                      std::chrono::hours lifetime) {
    const auto signer = read_key_pair(authority.chain_pem, authority.key_pem);
    if (!signer) return std::unexpected(signer.error());
    if (dns_names.empty() || !std::ranges::all_of(dns_names, is_name)) {
        return std::unexpected("there is no name for the certificate, or one that cannot be one");
    }
    X509* const issuer = signer->chain.front().get();
    if (!may_sign(issuer)) return std::unexpected("the authority's certificate is not one's");
    const KeyPtr key = make_key();
    // The names are in subjectAltName alone: a common name has room for 64 bytes.
    const X509Ptr certificate = make_certificate({.common_name = "breakwater",
                                                  .alternatives = alternatives_of(dns_names),
                                                  .lifetime = lifetime},
                                                 key.get(), issuer, signer->key.get());
    if (!certificate) return std::unexpected("the authority's key cannot sign with SHA-256");
    return to_pem(certificate.get(), key.get());
}

bool is_issued_by(const PemPair& certificate, const PemPair& authority) {
    const auto leaf = read_key_pair(certificate.chain_pem, certificate.key_pem);
    const auto signer = read_key_pair(authority.chain_pem, authority.key_pem);
    if (!leaf || !signer) return false;
    X509* const made = leaf->chain.front().get();
    X509* const issuer = signer->chain.front().get();
    const bool is_so = may_sign(issuer) && X509_check_issued(issuer, made) == X509_V_OK &&
                       X509_verify(made, X509_get0_pubkey(issuer)) == 1;
    ERR_clear_error();
    return is_so;
}

}  // namespace breakwater::crypto
