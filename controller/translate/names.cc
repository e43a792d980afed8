#include "controller/translate/names.h"

#include <algorithm>

#include "proxy/base/address.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4, as text
constexpr std::size_t kLongestLabel = 63;

bool is_label(std::string_view label) {
    const auto alphanumeric = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); };
    if (label.empty() || label.size() > kLongestLabel) return false;
    if (!alphanumeric(label.front()) || !alphanumeric(label.back())) return false;
    return std::ranges::all_of(label, [&](char c) { return alphanumeric(c) || c == '-'; });
}

}  // namespace

std::optional<std::string_view> mistake_in_host(std::string_view host) {
    if (host.starts_with("*.")) host.remove_prefix(2);
    if (host.size() > kLongestName) return "is longer than a DNS name";
    if (IpAddress::parse(host)) return "is an IP address, not a DNS name";
    while (true) {
        const std::size_t dot = host.find('.');
        if (!is_label(host.substr(0, dot))) return "is not a DNS name";
        if (dot == host.npos) return {};
        host.remove_prefix(dot + 1);
    }
}

std::optional<std::string_view> mistake_in_path(std::string_view path) {
    if (!path.starts_with('/')) return "does not begin with a slash";
    if (path.find('\0') != path.npos) return "holds a zero byte";
    if (path.find("//") != path.npos) return "has an empty segment, which is taken out of requests";
    for (const std::string_view dots : {"/.", "/.."}) {
        const bool inside = path.find(std::string(dots) + "/") != path.npos;
        if (inside || path.ends_with(dots))
            return "has a dot segment, which is taken out of requests";
    }
    return {};
}

}  // namespace breakwater::translate
