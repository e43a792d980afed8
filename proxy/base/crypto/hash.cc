#include "proxy/base/crypto/hash.h"

#include <openssl/evp.h>

#include "proxy/base/check.h"

namespace breakwater::crypto {

Sha256 sha256(std::string_view bytes) {
    Sha256 digest;
    // It fails only where libcrypto has no SHA-256 or no memory.
    CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) ==
          1);
    return digest;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 0xF];
    }
    return text;
}

}  // namespace breakwater::crypto
