#include "proxy/l4/proxy_protocol.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/base/try.h"
#include "proxy/l4/peek.h"

namespace breakwater::l4 {
namespace {

using Parsed = Result<std::optional<ProxyHeader>>;

constexpr std::string_view kSignature1 = "PROXY ";
constexpr std::string_view kSignature2("\r\n\r\n\0\r\nQUIT\n", 12);
// Of version 2: section 2.2.
constexpr std::uint8_t kLocal = 0x20;
constexpr std::uint8_t kProxied = 0x21;
constexpr std::uint8_t kUnspecified = 0x00;
constexpr std::uint8_t kTcp4 = 0x11;
constexpr std::uint8_t kTcp6 = 0x21;
/// Of version 1, with its line's end: section 2.1.
constexpr std::size_t kMaxLineBytes = 107;

std::unexpected<Error> wrong(const char* detail) { return fail(Err::bad_request, detail); }

/// Up to the next space, which goes with it.
std::string_view next_word(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool all = error == std::errc() && end == text.data() + text.size();
    const bool plain = all && (text.size() == 1 || text.front() != '0');
    return plain ? std::optional(port) : std::nullopt;
}

/// Of the family that the line names; an IPv4 address that is mapped into IPv6 is written as IPv6.
std::optional<IpAddress> parse_address(std::string_view word, bool v6) {
    return word.contains(':') == v6 ? IpAddress::parse(word) : std::nullopt;
}

Parsed parse_line(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, kMaxLineBytes).find("\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() >= kMaxLineBytes) return wrong("PROXY line too long");
        return std::nullopt;
    }
    ProxyHeader header{.bytes = end + 2, .addresses = std::nullopt};
    std::string_view line = bytes.substr(kSignature1.size(), end - kSignature1.size());
    const std::string_view family = next_word(line);
    if (family == "UNKNOWN") return header;  // whatever follows on the line
    if (family != "TCP4" && family != "TCP6") return wrong("PROXY family");
    const bool v6 = family == "TCP6";
    const auto source = parse_address(next_word(line), v6);
    const auto destination = parse_address(next_word(line), v6);
    const auto source_port = parse_port(next_word(line));
    const auto destination_port = parse_port(line);
    if (!source || !destination || !source_port || !destination_port) {
        return wrong("PROXY address or port");
    }
    header.addresses = {.source = {*source, *source_port},
                        .destination = {*destination, *destination_port}};
    return header;
}

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
    const auto high = static_cast<unsigned char>(bytes[at]);
    const auto low = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint16_t>(high << 8U | low);
}

template <std::size_t kBytes>
std::array<std::uint8_t, kBytes> bytes_at(std::string_view bytes, std::size_t at) {
    std::array<std::uint8_t, kBytes> out;
    std::memcpy(out.data(), bytes.data() + at, kBytes);
    return out;
}

/// What a binary header says of addresses, by its family: section 2.2.
Result<std::optional<ProxyHeader::Addresses>> parse_addresses(std::uint8_t family,
                                                              std::string_view rest) {
    if (family == kTcp4) {
        if (rest.size() < 12) return wrong("PROXY header too short for IPv4");
        return ProxyHeader::Addresses{
            .source = {IpAddress::v4(bytes_at<4>(rest, 0)), number_at(rest, 8)},
            .destination = {IpAddress::v4(bytes_at<4>(rest, 4)), number_at(rest, 10)}};
    }
    if (family == kTcp6) {
        if (rest.size() < 36) return wrong("PROXY header too short for IPv6");
        return ProxyHeader::Addresses{
            .source = {IpAddress::v6(bytes_at<16>(rest, 0)), number_at(rest, 32)},
            .destination = {IpAddress::v6(bytes_at<16>(rest, 16)), number_at(rest, 34)}};
    }
    return std::nullopt;
}

Parsed parse_binary(std::string_view bytes) {
    constexpr std::size_t kFixedBytes = 16;
    if (bytes.size() < kFixedBytes) return std::nullopt;
    const auto version_and_command = static_cast<std::uint8_t>(bytes[12]);
    const auto family = static_cast<std::uint8_t>(bytes[13]);
    const std::size_t total = kFixedBytes + number_at(bytes, 14);
    if (version_and_command != kLocal && version_and_command != kProxied) {
        return wrong("PROXY version or command");
    }
    if (total > kMaxProxyHeaderBytes) return wrong("PROXY header too long");
    if (bytes.size() < total) return std::nullopt;
    ProxyHeader header{.bytes = total, .addresses = std::nullopt};
    if (version_and_command == kLocal) return header;
    LET(addresses, parse_addresses(family, bytes.substr(kFixedBytes, total - kFixedBytes)));
    header.addresses = addresses;
    return header;
}

std::string write_line(const SocketAddress& source, const SocketAddress& destination) {
    if (source.ip.is_v4() != destination.ip.is_v4()) return "PROXY UNKNOWN\r\n";
    return fmt::format("PROXY {} {} {} {} {}\r\n", source.ip.is_v4() ? "TCP4" : "TCP6",
                       source.ip.to_string(), destination.ip.to_string(), source.port,
                       destination.port);
}

void append_number(std::string& to, std::size_t number) {
    to += static_cast<char>(number >> 8U);
    to += static_cast<char>(number & 0xFFU);
}

std::string write_binary(const SocketAddress& source, const SocketAddress& destination) {
    std::string header(kSignature2);
    header += static_cast<char>(kProxied);
    const bool v4 = source.ip.is_v4();
    if (v4 != destination.ip.is_v4()) {
        header += static_cast<char>(kUnspecified);
        append_number(header, 0);
        return header;
    }
    header += static_cast<char>(v4 ? kTcp4 : kTcp6);
    const std::size_t ip_bytes = v4 ? 4 : 16;
    append_number(header, 2 * (ip_bytes + sizeof source.port));
    for (const SocketAddress* end : {&source, &destination}) {
        header.append(end->ip.bytes().begin(), end->ip.bytes().begin() + ip_bytes);
    }
    append_number(header, source.port);
    append_number(header, destination.port);
    return header;
}

bool may_become(std::string_view bytes, std::string_view signature) {
    return signature.starts_with(bytes.substr(0, signature.size()));
}

}  // namespace

Parsed parse_proxy_header(std::string_view bytes) {
    if (bytes.starts_with(kSignature1)) return parse_line(bytes);
    if (bytes.starts_with(kSignature2)) return parse_binary(bytes);
    if (may_become(bytes, kSignature1) || may_become(bytes, kSignature2)) return std::nullopt;
    return wrong("no PROXY header");
}

std::string write_proxy_header(table::ProxyVersion version, const SocketAddress& source,
                               const SocketAddress& destination) {
    switch (version) {
        case table::ProxyVersion::none: return {};
        case table::ProxyVersion::v1: return write_line(source, destination);
        case table::ProxyVersion::v2: return write_binary(source, destination);
    }
    std::unreachable();
}

Task<Result<ProxyHeader>> read_proxy_header(Reactor& reactor, int fd, Deadline deadline) {
    CO_LET(header, co_await peek(reactor, fd, deadline, parse_proxy_header));
    std::array<char, kMaxProxyHeaderBytes> room;
    recv(fd, room.data(), header.bytes, 0);  // they are there
    co_return header;
}

}  // namespace breakwater::l4
