#include "proxy/base/crypto/key_pair.h"

#include <fmt/format.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string_view>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/crypto/pem.h"

namespace breakwater::crypto {
namespace {

/// OpenSSL's security level 2: RSA from 2048 bits, EC from 224, signatures from SHA-224.
constexpr int kSecurityBits = 112;
/// Real chains have up to four; this bounds what a Secret can make every handshake send.
constexpr std::size_t kMostCertificates = 16;

using DecoderPtr = std::unique_ptr<OSSL_DECODER_CTX, Free<OSSL_DECODER_CTX_free>>;

template <class T>
using Read = std::expected<T, std::string>;

Read<std::vector<X509Ptr>> read_chain(const std::string& pem) {
    auto [chain, end] = read_blocks<X509Ptr, PEM_read_bio_X509>(pem, kMostCertificates);
    using End = PemBlocks<X509Ptr>::End;
    if (end == End::too_many) {
        return std::unexpected(
            fmt::format("the chain has more than {} certificates", kMostCertificates));
    }
    if (end == End::broken) {
        return std::unexpected(
            fmt::format("certificate {} of the chain cannot be read", chain.size() + 1));
    }
    if (chain.empty()) return std::unexpected("there is no certificate in PEM form");
    return std::move(chain);
}

/// A key of the kind that `like` is. Where the kind is known OpenSSL 3 needs a third of the time, and
/// there may be thousands of keys to read at start. Null where it is not of that kind, or not plain.
KeyPtr read_key_like(const std::string& pem, const EVP_PKEY* like) {
    if (!like) return nullptr;
    EVP_PKEY* key = nullptr;
    const DecoderPtr decoder(OSSL_DECODER_CTX_new_for_pkey(
        &key, "PEM", nullptr, EVP_PKEY_get0_type_name(like), EVP_PKEY_KEYPAIR, nullptr, nullptr));
    const BioPtr reader = reader_of(pem);
    bool asked = false;
    if (decoder && OSSL_DECODER_CTX_set_pem_password_cb(decoder.get(), no_password, &asked) == 1) {
        OSSL_DECODER_from_bio(decoder.get(), reader.get());
    }
    ERR_clear_error();
    return KeyPtr(key);
}

Read<KeyPtr> read_key(const std::string& pem, const EVP_PKEY* like) {
    if (KeyPtr key = read_key_like(pem, like)) return key;
    const BioPtr reader = reader_of(pem);
    bool asked = false;
    KeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_password, &asked));
    const bool missing = found_no_block();
    ERR_clear_error();
    if (key) return key;
    if (asked) return std::unexpected("the private key is encrypted");
    if (missing || pem.find("PRIVATE KEY-----") == pem.npos) {
        return std::unexpected("there is no private key in PEM form");
    }
    return std::unexpected("the private key cannot be read");
}

bool serves_tls(const EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
        case EVP_PKEY_RSA_PSS:
        case EVP_PKEY_EC:
        case EVP_PKEY_ED25519:
        case EVP_PKEY_ED448: return true;
        default: return false;
    }
}

Read<void> check_strength(X509* certificate, std::size_t number) {
    const EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (!key) {
        return std::unexpected(
            fmt::format("the key of certificate {} of the chain cannot be read", number));
    }
    if (EVP_PKEY_get_security_bits(key) < kSecurityBits) {
        return std::unexpected(
            fmt::format("the key of certificate {} of the chain is too weak: {} bits", number,
                        EVP_PKEY_get_bits(key)));
    }
    // What signed a self-signed certificate is itself: its signature says nothing.
    if (X509_get_extension_flags(certificate) & EXFLAG_SS) return {};
    int bits = 0;
    if (X509_get_signature_info(certificate, nullptr, nullptr, &bits, nullptr) != 1 ||
        bits < kSecurityBits) {
        return std::unexpected(
            fmt::format("certificate {} of the chain has too weak a signature", number));
    }
    return {};
}

Read<void> check(const KeyPair& pair) {
    X509* const leaf = pair.chain.front().get();
    if (!serves_tls(pair.key.get())) {
        return std::unexpected("the private key is of a kind that TLS does not use");
    }
    if (X509_check_private_key(leaf, pair.key.get()) != 1) {
        return std::unexpected("the private key does not belong to the first certificate");
    }
    for (std::size_t i = 0; i < pair.chain.size(); ++i) {
        Read<void> strong = check_strength(pair.chain[i].get(), i + 1);
        if (!strong) return strong;
    }
    return {};
}

}  // namespace

std::expected<KeyPair, std::string> read_key_pair(const std::string& chain_pem,
                                                  const std::string& key_pem) {
    Read<std::vector<X509Ptr>> chain = read_chain(chain_pem);
    if (!chain) return std::unexpected(chain.error());
    Read<KeyPtr> key = read_key(key_pem, X509_get0_pubkey(chain->front().get()));
    if (!key) return std::unexpected(key.error());
    KeyPair pair{std::move(*chain), std::move(*key)};
    const Read<void> fits = check(pair);
    ERR_clear_error();
    if (!fits) return std::unexpected(fits.error());
    return pair;
}

}  // namespace breakwater::crypto
