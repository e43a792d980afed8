#include "proxy/base/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "proxy/base/text_writer.h"

namespace breakwater {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
    IpAddress address;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) {
    if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin())) {
        return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
    }
    IpAddress address;
    address.bytes_ = bytes;
    address.v4_ = false;
    return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    std::array<char, kMaxTextBytes> terminated{};
    if (text.size() >= terminated.size() || text.contains('\0')) return std::nullopt;
    text.copy(terminated.data(), text.size());
    std::array<std::uint8_t, 4> four{};
    if (inet_pton(AF_INET, terminated.data(), four.data()) == 1) return v4(four);
    std::array<std::uint8_t, 16> sixteen{};
    if (inet_pton(AF_INET6, terminated.data(), sixteen.data()) == 1) return v6(sixteen);
    return std::nullopt;
}

bool IpAddress::is_loopback() const {
    if (v4_) return bytes_[0] == 127;
    return bytes_[15] == 1 &&
           std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t b) { return b == 0; });
}

char* IpAddress::write(char* to) const {
    if (!v4_) {
        inet_ntop(AF_INET6, bytes_.data(), to, kMaxTextBytes);
        return to + std::strlen(to);
    }
    // Not by inet_ntop: it prints, which costs more than all else that is said of a client.
    TextWriter out(to);
    out.number(bytes_[0]);
    for (std::size_t i = 1; i < 4; ++i) {
        out.put('.');
        out.number(bytes_[i]);
    }
    return out.end();
}

std::string IpAddress::to_string() const {
    std::array<char, kMaxTextBytes> text;
    return {text.data(), write(text.data())};
}

char* SocketAddress::write(char* to) const {
    TextWriter out(to);
    if (!ip.is_v4()) out.put('[');
    out.set_end(ip.write(out.end()));
    if (!ip.is_v4()) out.put(']');
    out.put(':');
    out.number(port);
    return out.end();
}

std::string SocketAddress::to_string() const {
    std::array<char, kMaxTextBytes> text;
    return {text.data(), write(text.data())};
}

socklen_t SocketAddress::to_native(sockaddr_storage& into) const {
    into = {};
    if (ip.is_v4()) {
        auto& native = reinterpret_cast<sockaddr_in&>(into);
        native.sin_family = AF_INET;
        native.sin_port = htons(port);
        std::memcpy(&native.sin_addr, ip.bytes().data(), 4);
        return sizeof native;
    }
    auto& native = reinterpret_cast<sockaddr_in6&>(into);
    native.sin6_family = AF_INET6;
    native.sin6_port = htons(port);
    std::memcpy(&native.sin6_addr, ip.bytes().data(), 16);
    return sizeof native;
}

SocketAddress SocketAddress::from_native(const sockaddr_storage& from) {
    if (from.ss_family == AF_INET) {
        const auto& native = reinterpret_cast<const sockaddr_in&>(from);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &native.sin_addr, 4);
        return {IpAddress::v4(bytes), ntohs(native.sin_port)};
    }
    if (from.ss_family == AF_INET6) {
        const auto& native = reinterpret_cast<const sockaddr_in6&>(from);
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &native.sin6_addr, 16);
        return {IpAddress::v6(bytes), ntohs(native.sin6_port)};
    }
    return {};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(port) : std::nullopt;
}

}  // namespace breakwater
