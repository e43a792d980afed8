#include "proxy/tls/server_name.h"

#include <algorithm>
#include <string_view>

#include "proxy/base/ascii.h"

namespace breakwater::tls {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 section 2.3.4, as text
constexpr std::size_t kLongestLabel = 63;
constexpr std::uint8_t kHostName = 0;

std::size_t number(std::span<const std::uint8_t> two) { return two[0] << 8U | two[1]; }

/// The first name of the list: RFC 6066 allows one of each type, and there is one type.
std::string_view first_name(std::span<const std::uint8_t> extension) {
    constexpr std::size_t kHeaderBytes =
        2 + 1 + 2;  // the list's length, the type, the name's length
    if (extension.size() < kHeaderBytes || number(extension) != extension.size() - 2) return {};
    if (extension[2] != kHostName) return {};
    const auto name = extension.subspan(kHeaderBytes);
    const std::size_t length = number(extension.subspan(3));
    if (length > name.size()) return {};
    return {reinterpret_cast<const char*>(name.data()), length};
}

/// The underscore is no letter of a host name, but names with one are in use.
bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= kLongestLabel &&
           std::all_of(label.begin(), label.end(),
                       [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_'; });
}

/// No top-level domain is a number (RFC 3696 section 2), so an IPv4 address is told by its last label;
/// an IPv6 address has colons.
bool is_dns_name(std::string_view name) {
    if (name.size() > kLongestName) return false;
    for (;;) {
        const std::size_t dot = name.find('.');
        const std::string_view label = name.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == name.npos) return !std::all_of(label.begin(), label.end(), is_digit);
        name.remove_prefix(dot + 1);
    }
}

}  // namespace

std::string server_name(std::span<const std::uint8_t> extension) {
    std::string_view name = first_name(extension);
    if (name.ends_with('.')) name.remove_suffix(1);
    return is_dns_name(name) ? lower_case(name) : std::string();
}

}  // namespace breakwater::tls
