#include "proxy/base/crypto/random.h"

#include <openssl/rand.h>

#include <algorithm>

#include "proxy/base/check.h"

namespace breakwater::crypto {
namespace {

constexpr std::size_t kIdBytes = 16;
/// 256 identifiers: libcrypto's generator costs about as much for these as for a single one.
constexpr std::size_t kStockBytes = 256 * kIdBytes;

struct Stock {
    std::array<std::uint8_t, kStockBytes> bytes;
    std::size_t used = kStockBytes;

    std::span<const std::uint8_t, kIdBytes> take() {
        if (used == kStockBytes) {
            fill_random(bytes);
            used = 0;
        }
        const std::span<const std::uint8_t, kIdBytes> taken(bytes.data() + used, kIdBytes);
        used += kIdBytes;
        return taken;
    }
};

thread_local Stock stock;

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
    // It fails only where the kernel gives no entropy; nothing safe can be done without.
    CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

RequestId RequestId::make() {
    static constexpr char kDigits[] = "0123456789abcdef";
    RequestId id;
    auto to = id.digits_.begin();
    for (const std::uint8_t byte : stock.take()) {
        *to++ = kDigits[byte >> 4];
        *to++ = kDigits[byte & 0xF];
    }
    return id;
}

}  // namespace breakwater::crypto
