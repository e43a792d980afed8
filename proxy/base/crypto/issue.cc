#include "proxy/base/crypto/issue.h"

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
    const KeyPtr key = make_key();
    // The names are in subjectAltName alone: a common name has room for 64 bytes.
    const X509Ptr certificate =
        make_certificate({.common_name = "breakwater",
                          .alternatives = alternatives_of(dns_names),
                          .lifetime = lifetime},
                         key.get(), signer->chain.front().get(), signer->key.get());
    return to_pem(certificate.get(), key.get());
}

}  // namespace breakwater::crypto
