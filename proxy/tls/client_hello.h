#pragma once
// What a ClientHello says before TLS begins: RFC 8446 sections 4.1.2 and 5.1, RFC 5246 section 7.4.1.2.
//
// It is looked at from outside, to find out whose TLS it is; whether it is a good one is for whoever
// speaks TLS with it. Pure. Any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/error.h"

namespace breakwater::tls {

/// Of records: more than clients send, which is some 2 KiB with a post-quantum key.
inline constexpr std::size_t kMaxHelloBytes = 16 * 1024;

/// @param bytes  what a connection begins with: records of TLS, one or several, or anything else
/// @return the host name, as server_name() has it. Empty where there is none: no name, no TLS, a broken
///         hello, one that is longer than kMaxHelloBytes. Nothing while more is needed. Never an error.
Result<std::optional<std::string>> hello_server_name(std::string_view bytes);

}  // namespace breakwater::tls
