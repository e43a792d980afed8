#pragma once
// IP addresses and socket addresses as values. No names are resolved here.

#include <netinet/in.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is held as the
/// IPv4 address that it is, so that a dual-stack listener and a list of ranges agree.
class IpAddress {
public:
    IpAddress() = default;  ///< 0.0.0.0
    static IpAddress v4(std::array<std::uint8_t, 4> bytes);
    static IpAddress v6(const std::array<std::uint8_t, 16>& bytes);
    /// RFC 4291 section 2.2 or dotted decimal; no zone, no brackets, no port.
    static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] bool is_v4() const { return v4_; }
    [[nodiscard]] bool is_loopback() const;
    /// Network order; the first 4 for IPv4, else 16.
    [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    /// The most that write() writes; a null byte may follow.
    static constexpr std::size_t kMaxTextBytes = 46;
    /// Its text: RFC 5952. @return behind it
    char* write(char* to) const;
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const IpAddress&) const = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
    bool v4_ = true;
};

/// An address and a port.
struct SocketAddress {
    IpAddress ip;
    std::uint16_t port = 0;

    static constexpr std::size_t kMaxTextBytes = IpAddress::kMaxTextBytes + 8;
    /// `1.2.3.4:80` or `[::1]:80`. @return behind it
    char* write(char* to) const;
    [[nodiscard]] std::string to_string() const;
    /// @return the length of `into`; what the socket calls take.
    socklen_t to_native(sockaddr_storage& into) const;
    /// @return 0.0.0.0:0 for a family that is neither AF_INET nor AF_INET6.
    static SocketAddress from_native(const sockaddr_storage& from);
    auto operator<=>(const SocketAddress&) const = default;
};

/// The number of a port that somebody can be reached at: 1 to 65535, without leading zeros.
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text);

}  // namespace breakwater
