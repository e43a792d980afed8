#include "proxy/http/forwarded_for.h"

#include <cstdint>
#include <iterator>
#include <ranges>

#include "proxy/base/ascii.h"

namespace breakwater::http {
namespace {

/// Takes the last element off a comma-separated list.
std::string_view take_last(std::string_view& list) {
    const std::size_t comma = list.rfind(',');
    const bool only = comma == std::string_view::npos;
    const std::string_view last = only ? list : list.substr(comma + 1);
    list = only ? std::string_view{} : list.substr(0, comma);
    return trim(last);
}

/// @param rest  what follows the address: nothing, or a colon and a port
std::optional<SocketAddress> with_port(std::string_view address, std::string_view rest) {
    const auto ip = IpAddress::parse(address);
    std::optional<std::uint16_t> port = 0;
    if (!rest.empty()) port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
    if (!ip || !port) return std::nullopt;
    return SocketAddress{*ip, *port};
}

}  // namespace

std::optional<SocketAddress> parse_forwarded_address(std::string_view element) {
    if (element.starts_with('[')) {
        const std::size_t end = element.find(']');
        if (end == element.npos) return std::nullopt;
        const std::string_view inside = element.substr(1, end - 1);
        if (!inside.contains(':')) return std::nullopt;
        return with_port(inside, element.substr(end + 1));
    }
    const std::size_t colon = element.find(':');
    if (colon == element.npos || element.find(':', colon + 1) != element.npos) {
        return with_port(element, {});  // IPv6 without brackets has no port
    }
    return with_port(element.substr(0, colon), element.substr(colon));
}

SocketAddress client_behind(const SocketAddress& peer, const Fields& fields, std::string_view name,
                            std::span<const AddressRange> trusted) {
    SocketAddress client = peer;
    std::size_t looked_at = 0;
    for (const Field& field : std::ranges::subrange(fields) | std::views::reverse) {
        if (!equals_ignoring_case(field.name(), name)) continue;
        std::string_view list = field.value();
        while (!list.empty()) {
            if (looked_at++ == kMaxForwardedHops || !contains(trusted, client.ip)) return client;
            const std::string_view element = take_last(list);
            if (element.empty()) continue;  // RFC 9110 section 5.6.1.2
            const auto address = parse_forwarded_address(element);
            if (!address) return client;
            client = *address;
        }
    }
    return client;
}

}  // namespace breakwater::http
