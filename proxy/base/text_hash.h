#pragma once
// A hash of a text for tables in memory, a few instructions for a short one.
//
// Seeded anew in each process, so that nobody can choose host names that all meet in one place. Any
// thread.

#include <cstdint>
#include <cstring>
#include <random>
#include <string_view>

namespace breakwater {

struct TextHash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const {
        std::uint64_t state = kSeed ^ text.size();
        const char* at = text.data();
        std::size_t rest = text.size();
        for (; rest > 2 * sizeof(std::uint64_t); rest -= 2 * sizeof(std::uint64_t)) {
            state = mix(state ^ word<std::uint64_t>(at),
                        word<std::uint64_t>(at + sizeof(std::uint64_t)));
            at += 2 * sizeof(std::uint64_t);
        }
        const auto [low, high] = last_words(at, rest);
        return mix(state ^ low, high);
    }

private:
    static inline const std::uint64_t kSeed = std::random_device{}();
    // The fractions of the golden ratio and of the root of 2: no pattern that a text would share.
    static constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15;
    static constexpr std::uint64_t kSecond = 0x6A09E667F3BCC909;

    template <class Word>
    static std::uint64_t word(const char* at) {
        Word value;
        std::memcpy(&value, at, sizeof(value));
        return value;
    }
    struct Words {
        std::uint64_t low;
        std::uint64_t high;
    };
    /// Up to 16 bytes as two words, which may overlap.
    static Words last_words(const char* at, std::size_t bytes) {
        if (bytes >= 8) return {word<std::uint64_t>(at), word<std::uint64_t>(at + bytes - 8)};
        if (bytes >= 4) return {word<std::uint32_t>(at), word<std::uint32_t>(at + bytes - 4)};
        if (bytes == 0) return {0, 0};
        return {static_cast<unsigned char>(at[0]) | word<std::uint8_t>(at + bytes / 2) << 8,
                word<std::uint8_t>(at + bytes - 1)};
    }
    /// The high and the low half of a product.
    static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a ^ kFirst) * (b ^ kSecond);
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
};

}  // namespace breakwater
