#include "proxy/base/crypto/self_signed.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>

#include "proxy/base/check.h"
#include "proxy/base/crypto/handles.h"
#include "proxy/base/crypto/random.h"

namespace breakwater::crypto {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
constexpr hours kLifetime{10 * 365 * 24};

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

void set_name(X509* certificate) {
    X509_NAME* name = X509_get_subject_name(certificate);
    const auto add = [&](const char* key, const char* value) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(value);
        CHECK(X509_NAME_add_entry_by_txt(name, key, MBSTRING_ASC, bytes, -1, -1, 0) == 1);
    };
    add("O", "Acme Co");
    add("CN", kSelfMadeName);
    CHECK(X509_set_issuer_name(certificate, name) == 1);
}

void add_extension(X509* certificate, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

X509Ptr certificate_for(EVP_PKEY* key) {
    X509Ptr certificate(X509_new());
    X509* const made = certificate.get();
    CHECK(made && X509_set_version(made, X509_VERSION_3) == 1);
    set_serial(made);
    set_name(made);
    X509_gmtime_adj(X509_getm_notBefore(made), -seconds(hours(1)).count());
    X509_gmtime_adj(X509_getm_notAfter(made), seconds(kLifetime).count());
    CHECK(X509_set_pubkey(made, key) == 1);
    add_extension(made, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(made, NID_key_usage, "critical,digitalSignature");
    add_extension(made, NID_ext_key_usage, "serverAuth");
    add_extension(made, NID_subject_alt_name, "DNS:ingress.local");
    CHECK(X509_sign(made, key, EVP_sha256()) > 0);
    return certificate;
}

std::string text_of(BIO* bio) {
    char* text = nullptr;
    const auto size = BIO_get_mem_data(bio, &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace

// Every CHECK here is libcrypto out of memory or without ECDSA, at start, before any client.
PemPair make_self_signed() {
    const KeyPtr key(EVP_EC_gen("P-256"));
    CHECK(key != nullptr);
    const X509Ptr certificate = certificate_for(key.get());
    const BioPtr chain(BIO_new(BIO_s_mem()));
    const BioPtr secret(BIO_new(BIO_s_secmem()));
    CHECK(chain && PEM_write_bio_X509(chain.get(), certificate.get()) == 1);
    CHECK(secret && PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0,
                                                  nullptr, nullptr) == 1);
    return {text_of(chain.get()), text_of(secret.get())};
}

}  // namespace breakwater::crypto
