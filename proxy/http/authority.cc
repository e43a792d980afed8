#include "proxy/http/authority.h"

#include <algorithm>

#include "proxy/base/address.h"
#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/http/field_syntax.h"

namespace breakwater::http {
namespace {

/// What follows the host: nothing, or a colon and a port, which may be empty (RFC 3986 section 3.2.3).
bool is_port(std::string_view text) {
    if (text.empty()) return true;
    if (text.front() != ':') return false;
    text.remove_prefix(1);
    if (text.empty()) return true;
    constexpr std::size_t kMostDigits = 5;
    if (text.size() > kMostDigits || !std::ranges::all_of(text, is_digit)) return false;
    int port = 0;
    for (const char digit : text) port = port * 10 + (digit - '0');
    return port > 0 && port <= 65535;
}

bool is_ipv6_literal(std::string_view text) {
    const std::string_view inside = text.substr(1, text.size() - 2);
    return inside.contains(':') && IpAddress::parse(inside).has_value();
}

/// What there is to know of a host's bytes, from one look at each.
struct Seen {
    std::uint8_t of_all = 0xFF;  ///< classes that every byte is in
    std::uint8_t of_any = 0;
    bool empty_label = false;
};

Seen look_at(std::string_view text) {
    Seen seen;
    char before = '.';
    for (const char c : text) {
        const std::uint8_t classes = http::kByteClasses[static_cast<unsigned char>(c)];
        seen.of_all &= classes;
        seen.of_any |= classes;
        seen.empty_label |= c == '.' && before == '.';
        before = c;
    }
    seen.empty_label |= before == '.';
    return seen;
}

/// Labels with a dot between them.
bool is_name(std::string_view text, const Seen& seen) {
    return !text.empty() && text.size() <= kMaxHostBytes &&
           (seen.of_all & http::kHostNameByte) != 0 && !seen.empty_label;
}

std::string_view lowered(std::string_view text, const Seen& seen, Arena& arena) {
    if ((seen.of_any & http::kUpperCase) == 0) return text;
    char* const to = arena.array<char>(text.size());
    std::ranges::transform(text, to, to_lower);
    return {to, text.size()};
}

}  // namespace

Result<std::string_view> host_of(std::string_view authority, Arena& arena) {
    if (authority.size() <= kMaxHostBytes && http::is_usual_host(authority)) return authority;
    const bool literal = authority.starts_with('[');
    const std::size_t end = literal ? authority.find(']') + 1 : authority.find(':');
    if (literal && end == 0) return fail(Err::bad_host, "unclosed bracket");

    std::string_view host = authority.substr(0, end);
    if (end < authority.size() && !is_port(authority.substr(end))) {
        return fail(Err::bad_host, "not a port");
    }
    if (literal) {
        if (!is_ipv6_literal(host)) return fail(Err::bad_host, "not an IPv6 address");
        return lowered(host, look_at(host), arena);
    }
    if (host.ends_with('.')) host.remove_suffix(1);
    const Seen seen = look_at(host);
    if (!is_name(host, seen)) return fail(Err::bad_host, "not a host name");
    return lowered(host, seen, arena);
}

}  // namespace breakwater::http
