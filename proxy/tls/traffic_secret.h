#pragma once
// The secret that one direction of a TLS 1.3 connection is protected under, and what follows from it:
// RFC 8446 section 7.
//
// A value that wipes itself. One thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace breakwater::tls {

/// What protecting records takes of a suite.
struct RecordSuite {
    std::uint16_t id;    ///< RFC 8446 appendix B.4
    const char* cipher;  ///< by OpenSSL's name
    const char* digest;  ///< the same
    std::size_t key_bytes;
    std::size_t secret_bytes;  ///< as many as the digest has
};

/// @return null: not a suite of TLS 1.3 that we know
[[nodiscard]] const RecordSuite* find_record_suite(std::uint16_t id);

class TrafficSecret {
public:
    static constexpr std::size_t kMostBytes = 48;

    TrafficSecret() = default;
    /// @param bytes  kMostBytes at most
    explicit TrafficSecret(std::span<const std::uint8_t> bytes);
    TrafficSecret(const TrafficSecret&) = default;
    TrafficSecret& operator=(const TrafficSecret&) = default;
    ~TrafficSecret();

    [[nodiscard]] std::size_t size() const { return size_; }
    /// HKDF-Expand-Label with an empty context: RFC 8446 section 7.1.
    /// @pre  size() is that of the suite's digest. @param into  not longer than that
    void expand(const RecordSuite& suite, std::string_view label,
                std::span<std::uint8_t> into) const;
    /// Becomes that of the next generation: section 7.2.
    void update(const RecordSuite& suite);

private:
    std::array<std::uint8_t, kMostBytes> bytes_{};
    std::size_t size_ = 0;
};

}  // namespace breakwater::tls
