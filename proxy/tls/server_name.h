#pragma once
// The name in a ClientHello: RFC 6066 section 3.
//
// Pure. Any thread.

#include <cstdint>
#include <span>
#include <string>

namespace breakwater::tls {

/// @param extension  the data of the extension `server_name`; any bytes
/// @return the host name in lower case and without a trailing dot, at most 253 characters. Empty
///         where it is no DNS name: an IP address in its place (which the RFC forbids and clients
///         send), a foreign character, an empty or overlong label. Such a client is shown the default
///         certificate, as one that sends no name; what breaks the extension's form OpenSSL refuses.
[[nodiscard]] std::string server_name(std::span<const std::uint8_t> extension);

}  // namespace breakwater::tls
