#include "proxy/tls/record_protection.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstring>
#include <string>
#include <utility>

#include "proxy/base/check.h"

namespace breakwater::tls {
namespace {

/// In the place of a version: RFC 8446 section 5.1.
constexpr std::uint16_t kLegacyVersion = 0x0303;

using AlgorithmPtr = std::unique_ptr<EVP_CIPHER, Free<EVP_CIPHER_free>>;

/// Looked up once a thread.
const EVP_CIPHER* algorithm_of(const RecordSuite& suite) {
    thread_local std::array<std::pair<const RecordSuite*, AlgorithmPtr>, 3> known;
    for (auto& [of, algorithm] : known) {
        if (of == &suite) return algorithm.get();
        if (of) continue;
        of = &suite;
        algorithm.reset(EVP_CIPHER_fetch(nullptr, suite.cipher, nullptr));
        CHECK(algorithm != nullptr);
        return algorithm.get();
    }
    CHECK(false);
}

std::uint8_t* bytes(char* at) { return reinterpret_cast<std::uint8_t*>(at); }

std::array<OSSL_PARAM, 2> tag_at(char* tag) {
    return {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag,
                                              RecordProtection::kTagBytes),
            OSSL_PARAM_construct_end()};
}

void put16(char* at, std::size_t number) {
    at[0] = static_cast<char>(number >> 8);
    at[1] = static_cast<char>(number & 0xFF);
}

}  // namespace

RecordProtection::RecordProtection(const RecordSuite& suite, const TrafficSecret& secret, Way way,
                                   std::uint64_t next)
    : suite_(&suite), secret_(secret), way_(way), cipher_(EVP_CIPHER_CTX_new()), next_(next) {
    CHECK(cipher_ != nullptr);
    derive_keys();
}

void RecordProtection::derive_keys() {
    std::array<std::uint8_t, 32> room;
    const std::span key(room.data(), suite_->key_bytes);
    secret_.expand(*suite_, "key", key);
    secret_.expand(*suite_, "iv", iv_);
    const int sealing = way_ == Way::seal ? 1 : 0;
    CHECK(EVP_CipherInit_ex2(cipher_.get(), algorithm_of(*suite_), key.data(), iv_.data(), sealing,
                             nullptr) == 1);
    OPENSSL_cleanse(room.data(), room.size());
}

void RecordProtection::update() {
    secret_.update(*suite_);
    derive_keys();
    next_ = 0;
}

RecordProtection::Nonce RecordProtection::next_nonce() {
    Nonce nonce = iv_;
    std::uint64_t number = next_++;
    for (std::size_t i = nonce.size(); number != 0; number >>= 8) {
        nonce[--i] ^= static_cast<std::uint8_t>(number & 0xFF);
    }
    return nonce;
}

std::string_view RecordProtection::seal(ContentType type, std::string_view first,
                                        std::string_view second, std::span<char> into) {
    const std::size_t inner = first.size() + second.size() + 1;
    CHECK(inner <= kMostContentBytes + 1 && kHeaderBytes + inner + kTagBytes <= into.size());
    char* const header = into.data();
    char* const body = header + kHeaderBytes;
    header[0] = static_cast<char>(ContentType::application_data);
    put16(header + 1, kLegacyVersion);
    put16(header + 3, inner + kTagBytes);
    if (!first.empty()) std::memcpy(body, first.data(), first.size());
    if (!second.empty()) std::memcpy(body + first.size(), second.data(), second.size());
    body[inner - 1] = static_cast<char>(type);

    const Nonce nonce = next_nonce();
    EVP_CIPHER_CTX* const cipher = cipher_.get();
    int done = 0;
    // It fails where there is no memory, and nothing may leave then that is not sealed.
    CHECK(EVP_EncryptInit_ex2(cipher, nullptr, nullptr, nonce.data(), nullptr) == 1);
    CHECK(EVP_EncryptUpdate(cipher, nullptr, &done, bytes(header), kHeaderBytes) == 1);
    CHECK(EVP_EncryptUpdate(cipher, bytes(body), &done, bytes(body), static_cast<int>(inner)) == 1);
    CHECK(EVP_EncryptFinal_ex(cipher, bytes(body) + inner, &done) == 1);
    auto tag = tag_at(body + inner);
    CHECK(EVP_CIPHER_CTX_get_params(cipher, tag.data()) == 1);
    return {header, kHeaderBytes + inner + kTagBytes};
}

std::optional<RecordProtection::Opened> RecordProtection::open(std::span<char> record) {
    if (record.size() <= kHeaderBytes + kTagBytes) return {};
    char* const header = record.data();
    char* const body = header + kHeaderBytes;
    std::size_t inner = record.size() - kHeaderBytes - kTagBytes;

    const Nonce nonce = next_nonce();
    EVP_CIPHER_CTX* const cipher = cipher_.get();
    const auto tag = tag_at(body + inner);
    int done = 0;
    const bool sealed =
        EVP_DecryptInit_ex2(cipher, nullptr, nullptr, nonce.data(), nullptr) == 1 &&
        EVP_CIPHER_CTX_set_params(cipher, tag.data()) == 1 &&
        EVP_DecryptUpdate(cipher, nullptr, &done, bytes(header), kHeaderBytes) == 1 &&
        EVP_DecryptUpdate(cipher, bytes(body), &done, bytes(body), static_cast<int>(inner)) == 1 &&
        EVP_DecryptFinal_ex(cipher, bytes(body) + inner, &done) == 1;
    if (!sealed) return {};
    while (inner > 0 && body[inner - 1] == '\0') --inner;  // padding: section 5.4
    if (inner == 0) return Opened{.type = ContentType{0}, .content = {}};
    return Opened{.type = static_cast<ContentType>(body[inner - 1]), .content = {body, inner - 1}};
}

}  // namespace breakwater::tls
