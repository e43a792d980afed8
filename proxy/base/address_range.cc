#include "proxy/base/address_range.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "proxy/base/ascii.h"

namespace breakwater {
namespace {

constexpr int kMappedBits = 96;  ///< of ::ffff:0:0/96, in front of an IPv4 address

int family_bits(const IpAddress& address) { return address.is_v4() ? 32 : 128; }

/// Which bits of its byte number `byte` a prefix of that many covers.
std::uint8_t mask_of(int bits, std::size_t byte) {
    const int covered = std::clamp(bits - static_cast<int>(byte) * 8, 0, 8);
    return static_cast<std::uint8_t>(0xFF00 >> covered);
}

IpAddress first_of(const IpAddress& address, int bits) {
    auto bytes = address.bytes();
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] &= mask_of(bits, i);
    if (address.is_v4()) return IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
    return IpAddress::v6(bytes);
}

/// Decimal, without a sign and without leading zeros.
std::optional<int> parse_bits(std::string_view text) {
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    int bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return bits;
}

/// @param text  an address
AddressRange single(std::string_view text) { return AddressRange::parse(text).value(); }

const auto kLocal = std::to_array<AddressRange>({
    {IpAddress::v4({0, 0, 0, 0}), 8},
    {IpAddress::v4({127, 0, 0, 0}), 8},
    {IpAddress::v4({169, 254, 0, 0}), 16},
    {IpAddress::v4({224, 0, 0, 0}), 3},  // groups, reserved, broadcast
    {IpAddress::v6({}), 127},            // :: and ::1
    {IpAddress::v6({0xfe, 0x80}), 10},
    {IpAddress::v6({0xff}), 8},
});

/// Those that are not link-local.
const auto kMetadataServices = std::to_array<AddressRange>({
    single("fd00:ec2::254"),       // AWS
    single("fd00:ec2::23"),        // AWS, credentials of pods
    single("fd20:ce::254"),        // Google
    single("168.63.129.16"),       // Azure
    single("100.100.100.200"),     // Alibaba
    single("192.0.0.192"),         // Oracle, its first cloud
    single("fd00:c1::a9fe:a9fe"),  // and its second
    single("fd00:42::42"),         // Scaleway
});

const AddressRange kNat64(IpAddress::v6({0x00, 0x64, 0xff, 0x9b}), 96);  // RFC 6052 section 2.1

/// The IPv4 address in the last bytes of an IPv6 address.
IpAddress embedded_in(const IpAddress& address) {
    const auto& bytes = address.bytes();
    return IpAddress::v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

}  // namespace

AddressRange::AddressRange(const IpAddress& address, int bits)
    : first_(first_of(address, bits)), bits_(static_cast<std::uint8_t>(bits)) {}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view before = text.substr(0, slash);
    const auto address = IpAddress::parse(before);
    if (!address) return std::nullopt;
    const int most = family_bits(*address);
    if (slash == text.npos) return AddressRange(*address, most);

    std::optional<int> bits = parse_bits(text.substr(slash + 1));
    if (bits && address->is_v4() && before.contains(':')) bits = *bits - kMappedBits;
    if (!bits || *bits < 0 || *bits > most) return std::nullopt;
    return AddressRange(*address, *bits);
}

bool AddressRange::contains(const IpAddress& address) const {
    if (address.is_v4() != first_.is_v4()) return false;
    for (std::size_t i = 0; i * 8 < bits_; ++i) {
        if ((address.bytes()[i] & mask_of(bits_, i)) != first_.bytes()[i]) return false;
    }
    return true;
}

std::string AddressRange::to_string() const {
    return first_.to_string() + "/" + std::to_string(bits_);
}

bool contains(std::span<const AddressRange> ranges, const IpAddress& address) {
    return std::ranges::any_of(ranges,
                               [&](const AddressRange& range) { return range.contains(address); });
}

bool is_local(const IpAddress& address) {
    return contains(kLocal, address) ||
           (kNat64.contains(address) && contains(kLocal, embedded_in(address)));
}

bool is_off_limits(const IpAddress& address) {
    return is_local(address) || contains(kMetadataServices, address) ||
           (kNat64.contains(address) && contains(kMetadataServices, embedded_in(address)));
}

}  // namespace breakwater
