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
    std::size_t left;

    std::span<const std::uint8_t, kIdBytes> take() {
        if (left == 0) {
            fill_random(bytes);
            left = kStockBytes;
        }
        left -= kIdBytes;
        return std::span<const std::uint8_t, kIdBytes>(bytes.data() + left, kIdBytes);
    }
};

/// All zero at first, so that no access asks whether it has been made.
constinit thread_local Stock stock{};

/// Without a table and a branch: the compiler does sixteen at once.
constexpr char hexadecimal(unsigned nibble) {
    return static_cast<char>('0' + nibble + (nibble > 9 ? 'a' - '0' - 10 : 0));
}

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
    // It fails only where the kernel gives no entropy; nothing safe can be done without.
    CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

RequestId RequestId::make() {
    const auto bytes = stock.take();
    RequestId id;
    for (std::size_t i = 0; i < kIdBytes; ++i) {
        id.digits_[2 * i] = hexadecimal(bytes[i] >> 4U);
        id.digits_[2 * i + 1] = hexadecimal(bytes[i] & 0xFU);
    }
    return id;
}

}  // namespace breakwater::crypto
