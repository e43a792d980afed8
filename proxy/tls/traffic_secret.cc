#include "proxy/tls/traffic_secret.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>
#include <string>

#include "proxy/base/check.h"
#include "proxy/base/free.h"

namespace breakwater::tls {
namespace {

constexpr std::array kSuites{
    RecordSuite{0x1301, "AES-128-GCM", "SHA2-256", 16, 32},
    RecordSuite{0x1302, "AES-256-GCM", "SHA2-384", 32, 48},
    RecordSuite{0x1303, "ChaCha20-Poly1305", "SHA2-256", 32, 32},
};

using MacPtr = std::unique_ptr<EVP_MAC, Free<EVP_MAC_free>>;
using MacContextPtr = std::unique_ptr<EVP_MAC_CTX, Free<EVP_MAC_CTX_free>>;

MacContextPtr make_hmac(const char* digest) {
    const MacPtr mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    CHECK(mac != nullptr);
    MacContextPtr context(EVP_MAC_CTX_new(mac.get()));
    CHECK(context != nullptr);
    std::string name(digest);  // OSSL_PARAM has no const
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
        OSSL_PARAM_construct_end(),
    };
    CHECK(EVP_MAC_CTX_set_params(context.get(), parameters) == 1);
    return context;
}

/// Without a key. Made once a thread: looking an algorithm up costs more than using it.
const EVP_MAC_CTX* hmac_of(const RecordSuite& suite) {
    thread_local const MacContextPtr sha256 = make_hmac("SHA2-256");
    thread_local const MacContextPtr sha384 = make_hmac("SHA2-384");
    return suite.secret_bytes == 32 ? sha256.get() : sha384.get();
}

}  // namespace

const RecordSuite* find_record_suite(std::uint16_t id) {
    const auto* const found = std::ranges::find(kSuites, id, &RecordSuite::id);
    return found == kSuites.end() ? nullptr : found;
}

TrafficSecret::TrafficSecret(std::span<const std::uint8_t> bytes) : size_(bytes.size()) {
    CHECK(size_ <= kMostBytes);
    std::ranges::copy(bytes, bytes_.begin());
}

TrafficSecret::~TrafficSecret() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

void TrafficSecret::expand(const RecordSuite& suite, std::string_view label,
                           std::span<std::uint8_t> into) const {
    CHECK(size_ == suite.secret_bytes && into.size() <= size_);
    std::string info{'\0', static_cast<char>(into.size()), static_cast<char>(6 + label.size())};
    info.append("tls13 ").append(label).append(1, '\0');
    info += '\1';  // HKDF-Expand of no more than one digest is one step: RFC 5869 section 2.3

    std::array<std::uint8_t, kMostBytes> digest;
    std::size_t size = 0;
    const MacContextPtr hmac(EVP_MAC_CTX_dup(hmac_of(suite)));  // and with it goes the secret
    CHECK(hmac != nullptr);
    CHECK(EVP_MAC_init(hmac.get(), bytes_.data(), size_, nullptr) == 1);
    CHECK(EVP_MAC_update(hmac.get(), reinterpret_cast<const std::uint8_t*>(info.data()),
                         info.size()) == 1);
    CHECK(EVP_MAC_final(hmac.get(), digest.data(), &size, digest.size()) == 1);
    std::copy_n(digest.begin(), into.size(), into.begin());
    OPENSSL_cleanse(digest.data(), digest.size());
}

void TrafficSecret::update(const RecordSuite& suite) {
    TrafficSecret next(std::span(bytes_.data(), size_));
    next.expand(suite, "traffic upd", std::span(bytes_.data(), size_));
}

}  // namespace breakwater::tls
