#include "tests/support/certificate_maker.h"

#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "proxy/base/check.h"
#include "proxy/base/crypto/handles.h"
#include "proxy/base/crypto/key_pair.h"

namespace breakwater::test {
namespace {

using crypto::BioPtr;
using crypto::KeyPtr;
using crypto::X509Ptr;
using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

/// A key whose domain parameters come first, which is all that is still to be had of DSA.
KeyPtr make_dsa() {
    const ContextPtr parameters(EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, nullptr));
    EVP_PKEY* raw = nullptr;
    CHECK(EVP_PKEY_paramgen_init(parameters.get()) == 1);
    CHECK(EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters.get(), 1024) == 1);
    CHECK(EVP_PKEY_paramgen(parameters.get(), &raw) == 1);
    const KeyPtr domain(raw);
    const ContextPtr generator(EVP_PKEY_CTX_new(domain.get(), nullptr));
    raw = nullptr;
    CHECK(EVP_PKEY_keygen_init(generator.get()) == 1 &&
          EVP_PKEY_keygen(generator.get(), &raw) == 1);
    return KeyPtr(raw);
}

/// One that signs with SHA-512 and with nothing else.
KeyPtr make_bound_rsa_pss() {
    const ContextPtr generator(EVP_PKEY_CTX_new_id(EVP_PKEY_RSA_PSS, nullptr));
    EVP_PKEY* raw = nullptr;
    CHECK(EVP_PKEY_keygen_init(generator.get()) == 1);
    CHECK(EVP_PKEY_CTX_set_rsa_keygen_bits(generator.get(), 2048) == 1);
    CHECK(EVP_PKEY_CTX_set_rsa_pss_keygen_md(generator.get(), EVP_sha512()) == 1);
    CHECK(EVP_PKEY_keygen(generator.get(), &raw) == 1);
    return KeyPtr(raw);
}

KeyPtr make_key(const std::string& kind) {
    if (kind == "RSA-PSS") return make_bound_rsa_pss();
    if (kind == "DSA") return make_dsa();
    if (kind == "ED25519") return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (kind.starts_with("RSA-")) {
        return KeyPtr(EVP_RSA_gen(static_cast<unsigned>(std::atoi(kind.c_str() + 4))));
    }
    return KeyPtr(EVP_EC_gen(kind.c_str()));
}

void add_extension(X509* certificate, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ",") + text;
    return all;
}

std::string text_of(BIO* bio) {
    char* text = nullptr;
    const auto size = BIO_get_mem_data(bio, &text);
    return {text, static_cast<std::size_t>(size)};
}

void add_to_name(X509_NAME* name, const char* key, const std::string& value) {
    if (value.empty()) return;
    const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
    CHECK(X509_NAME_add_entry_by_txt(name, key, MBSTRING_ASC, bytes, static_cast<int>(value.size()),
                                     -1, 0) == 1);
}

void set_subject(X509* certificate, const CertificateSpec& spec) {
    X509_NAME* const name = X509_get_subject_name(certificate);
    add_to_name(name, "O", spec.organisation);
    add_to_name(name, "CN", spec.common_name);
}

}  // namespace

PemPair make_certificate(const CertificateSpec& spec) {
    const KeyPtr key = make_key(spec.key);
    CHECK(key != nullptr);
    std::optional<crypto::KeyPair> issuer;
    if (spec.issuer) issuer = *crypto::read_key_pair(spec.issuer->chain_pem, spec.issuer->key_pem);

    const X509Ptr made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    static long serial = 0;
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    using std::chrono::seconds;
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -seconds(spec.age).count());
    X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds(spec.validity).count());
    set_subject(made.get(), spec);
    const X509* signer = issuer ? issuer->chain.front().get() : made.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(signer));
    X509_set_pubkey(made.get(), key.get());
    if (!spec.alternatives.empty()) {
        add_extension(made.get(), NID_subject_alt_name, joined(spec.alternatives));
    }
    if (spec.authority) {
        add_extension(made.get(), NID_basic_constraints, "critical,CA:TRUE");
        add_extension(made.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    }
    if (!spec.extended_key_usage.empty()) {
        add_extension(made.get(), NID_ext_key_usage, spec.extended_key_usage);
    }
    if (!spec.authority_access.empty()) {
        add_extension(made.get(), NID_info_access, spec.authority_access);
    }
    const EVP_MD* digest = spec.key == "ED25519" ? nullptr : EVP_get_digestbyname(spec.digest);
    CHECK(X509_sign(made.get(), issuer ? issuer->key.get() : key.get(), digest) > 0);

    const BioPtr chain(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(chain.get(), made.get());
    const BioPtr secret(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(chain.get()) + (spec.issuer ? spec.issuer->chain_pem : ""),
            text_of(secret.get())};
}

PemPair make_certificate_for(const std::vector<std::string>& dns_names) {
    CertificateSpec spec;
    for (const std::string& name : dns_names) spec.alternatives.push_back("DNS:" + name);
    return make_certificate(spec);
}

std::string make_revocation_list(const PemPair& issuer,
                                 const std::vector<const PemPair*>& revoked) {
    const auto signer = crypto::read_key_pair(issuer.chain_pem, issuer.key_pem);
    CHECK(signer.has_value());
    const crypto::CrlPtr list(X509_CRL_new());
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(signer->chain.front().get()));
    const std::unique_ptr<ASN1_TIME, Free<ASN1_TIME_free>> time(ASN1_TIME_new());
    constexpr long kHour = 3600;
    X509_gmtime_adj(time.get(), -kHour);
    X509_CRL_set1_lastUpdate(list.get(), time.get());
    for (const PemPair* pair : revoked) {
        const auto leaf = crypto::read_key_pair(pair->chain_pem, pair->key_pem);
        CHECK(leaf.has_value());
        X509_REVOKED* const entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(leaf->chain.front().get()));
        X509_REVOKED_set_revocationDate(entry, time.get());
        CHECK(X509_CRL_add0_revoked(list.get(), entry) == 1);
    }
    X509_gmtime_adj(time.get(), 24 * kHour);
    X509_CRL_set1_nextUpdate(list.get(), time.get());
    CHECK(X509_CRL_sign(list.get(), signer->key.get(), EVP_sha256()) > 0);
    const BioPtr text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_CRL(text.get(), list.get());
    return text_of(text.get());
}

std::string traditional_key(const PemPair& pair) {
    const auto parsed = crypto::read_key_pair(pair.chain_pem, pair.key_pem);
    CHECK(parsed.has_value());
    const BioPtr secret(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey_traditional(secret.get(), parsed->key.get(), nullptr, nullptr, 0,
                                         nullptr, nullptr);
    return text_of(secret.get());
}

std::string encrypted_key(const PemPair& pair) {
    const auto parsed = crypto::read_key_pair(pair.chain_pem, pair.key_pem);
    CHECK(parsed.has_value());
    const BioPtr secret(BIO_new(BIO_s_mem()));
    char password[] = "password";
    PEM_write_bio_PKCS8PrivateKey(secret.get(), parsed->key.get(), EVP_aes_128_cbc(), password,
                                  sizeof password - 1, nullptr, nullptr);
    return text_of(secret.get());
}

}  // namespace breakwater::test
