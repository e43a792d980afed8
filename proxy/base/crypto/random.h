#pragma once
// Random bytes, and the identifiers made of them.
//
// Any thread; each has its own generator, seeded by the kernel.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace breakwater::crypto {

/// Fit for keys.
void fill_random(std::span<std::uint8_t> bytes);

/// 128 random bits as 32 lower-case hexadecimal digits.
class RequestId {
public:
    /// Made from a stock of random bytes that the thread keeps: no system call, no allocation. As
    /// the stock stays in memory, an identifier is no secret.
    static RequestId make();

    [[nodiscard]] std::string_view text() const { return {digits_.data(), digits_.size()}; }

private:
    std::array<char, 32> digits_{};
};

}  // namespace breakwater::crypto
