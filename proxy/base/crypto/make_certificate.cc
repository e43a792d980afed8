#include "proxy/base/crypto/make_certificate.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/crypto/random.h"

namespace breakwater::crypto {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Free<BN_free>>;

/// RFC 5280 section 4.1.2.2: positive and at most 20 bytes.
void set_serial(X509* certificate) {
    std::array<std::uint8_t, 16> bytes{};
    fill_random(bytes);
    bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3F) | 0x40);
    const NumberPtr number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
    CHECK(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)));
}

void set_subject(X509* certificate, const Certified& what) {
    X509_NAME* name = X509_get_subject_name(certificate);
    const auto add = [&](const char* key, const char* value) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(value);
        CHECK(X509_NAME_add_entry_by_txt(name, key, MBSTRING_ASC, bytes, -1, -1, 0) == 1);
    };
    if (what.organisation) add("O", what.organisation);
    add("CN", what.common_name);
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void add_extensions(X509* certificate, X509* issuer, const Certified& what) {
    const auto add = [&](int nid, const char* value) {
        add_extension(certificate, issuer, nid, value);
    };
    if (what.authority) {
        add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
        add(NID_key_usage, "critical,keyCertSign,cRLSign");
        add(NID_subject_key_identifier, "hash");
    } else {
        add(NID_basic_constraints, "critical,CA:FALSE");
        add(NID_key_usage, "critical,digitalSignature");
        add(NID_ext_key_usage, "serverAuth");
    }
    if (!what.alternatives.empty()) add(NID_subject_alt_name, what.alternatives.c_str());
}

/// Null for the kinds that hash by themselves: RFC 8032.
const EVP_MD* digest_of(const EVP_PKEY* signer) {
    const int kind = EVP_PKEY_get_base_id(signer);
    return kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448 ? nullptr : EVP_sha256();
}

}  // namespace

KeyPtr make_key() {
    KeyPtr key(EVP_EC_gen("P-256"));
    CHECK(key != nullptr);
    return key;
}

X509Ptr make_certificate(const Certified& what, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
    X509Ptr certificate(X509_new());
    X509* const made = certificate.get();
    CHECK(made && X509_set_version(made, X509_VERSION_3) == 1);
    set_serial(made);
    set_subject(made, what);
    X509* const signer = issuer ? issuer : made;
    CHECK(X509_set_issuer_name(made, X509_get_subject_name(signer)) == 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -seconds(hours(1)).count());
    X509_gmtime_adj(X509_getm_notAfter(made), seconds(what.lifetime).count());
    CHECK(X509_set_pubkey(made, key) == 1);
    add_extensions(made, signer, what);
    EVP_PKEY* const signing = issuer_key ? issuer_key : key;
    const bool is_signed = X509_sign(made, signing, digest_of(signing)) > 0;
    ERR_clear_error();
    CHECK(is_signed || issuer_key);
    return is_signed ? std::move(certificate) : nullptr;
}

PemPair to_pem(X509* certificate, EVP_PKEY* key) {
    const BioPtr chain(BIO_new(BIO_s_mem()));
    const BioPtr secret(BIO_new(BIO_s_secmem()));
    CHECK(chain && PEM_write_bio_X509(chain.get(), certificate) == 1);
    CHECK(secret && PEM_write_bio_PKCS8PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr,
                                                  nullptr) == 1);
    return {std::string(text_in(*chain)), std::string(text_in(*secret))};
}

}  // namespace breakwater::crypto
