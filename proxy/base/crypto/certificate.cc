#include "proxy/base/crypto/certificate.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/base/crypto/asn1_time.h"
#include "proxy/base/crypto/authorities.h"
#include "proxy/base/crypto/hash.h"
#include "proxy/base/crypto/key_pair.h"

namespace breakwater::crypto {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

/// What may stand in a DNS name; a zero byte or a space inside one is somebody's trick.
bool is_dns_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '*';
    });
}

void add_name(std::vector<std::string>& names, const ASN1_STRING* name) {
    const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
                                static_cast<std::size_t>(ASN1_STRING_length(name)));
    if (is_dns_name(text)) names.push_back(lower_case(text));
}

std::vector<std::string> names_of(X509* leaf) {
    std::vector<std::string> names;
    const NamesPtr alternatives(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr)));
    if (alternatives) {
        for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
            const GENERAL_NAME* one = sk_GENERAL_NAME_value(alternatives.get(), i);
            if (one->type == GEN_DNS) add_name(names, one->d.dNSName);
        }
        return names;
    }
    const X509_NAME* subject = X509_get_subject_name(leaf);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at >= 0) add_name(names, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    return names;
}

std::string fingerprint_of(X509* leaf) {
    Sha256 digest;
    CHECK(X509_digest(leaf, EVP_sha256(), digest.data(), nullptr) == 1);
    return to_hex(digest);
}

}  // namespace

std::expected<CertificateFacts, std::string> inspect_certificate(const std::string& chain_pem,
                                                                 const std::string& key_pem) {
    const std::expected<KeyPair, std::string> pair = read_key_pair(chain_pem, key_pem);
    if (!pair) return std::unexpected(pair.error());
    X509* const leaf = pair->chain.front().get();
    const auto not_before = time_of(X509_get0_notBefore(leaf));
    const auto not_after = time_of(X509_get0_notAfter(leaf));
    if (!not_before || !not_after) {
        return std::unexpected("the validity of the first certificate cannot be read");
    }
    return CertificateFacts{fingerprint_of(leaf), names_of(leaf), *not_before, *not_after,
                            EVP_PKEY_get0_type_name(pair->key.get())};
}

std::expected<std::string, std::string> inspect_authorities(const std::string& ca_pem,
                                                            const std::string& crl_pem) {
    const auto read = read_authorities(ca_pem, crl_pem);
    if (!read) return std::unexpected(read.error());
    return to_hex(sha256(ca_pem + '\0' + crl_pem));
}

}  // namespace breakwater::crypto
