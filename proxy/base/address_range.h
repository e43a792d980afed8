#pragma once
// A range of IP addresses, as lists of who may do something write it: RFC 4632 section 3.1, RFC 4291
// section 2.3.
//
// Values; any thread.

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/base/address.h"

namespace breakwater {

/// The addresses of one family that share their first bits.
class AddressRange {
public:
    /// @param bits  that count; at most 32 for IPv4, else 128. What stands in `address` behind them does not.
    AddressRange(const IpAddress& address, int bits);
    /// `10.0.0.0/8`, `2001:db8::/32`, or a single address. Bits behind the prefix are dropped, as nginx
    /// does; a prefix of IPv4-mapped addresses is the IPv4 range that it stands for.
    static std::optional<AddressRange> parse(std::string_view text);

    [[nodiscard]] bool contains(const IpAddress& address) const;
    /// Whether it is all of its family.
    [[nodiscard]] bool is_everybody() const { return bits_ == 0; }
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const AddressRange&) const = default;

private:
    IpAddress first_;
    std::uint8_t bits_;
};

[[nodiscard]] bool contains(std::span<const AddressRange> ranges, const IpAddress& address);

/// Whether it is of the machine itself or its link, of nobody, or of a group (RFC 6890), also by way of NAT64. No
/// pod has such an address.
[[nodiscard]] bool is_local(const IpAddress& address);

/// Whether it is local, or a cloud's metadata service, which hands out credentials: a proxy may not be sent there
/// by a name that users write. A pod may have such an address: networks of other clouds know nothing of it.
[[nodiscard]] bool is_off_limits(const IpAddress& address);

}  // namespace breakwater
