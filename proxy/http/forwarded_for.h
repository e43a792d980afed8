#pragma once
// Who the client is, where proxies in front have written down whom they speak for: the list that
// X-Forwarded-For is, in the form that nginx reads (ngx_http_realip_module, real_ip_recursive on).
//
// Pure: no allocation. Any thread.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "proxy/base/address.h"
#include "proxy/base/address_range.h"
#include "proxy/http/fields.h"

namespace breakwater::http {

/// Elements that are looked at: more proxies than are in a row anywhere, and a client that writes more
/// costs no more.
inline constexpr std::size_t kMaxForwardedHops = 64;

/// One element: `192.0.2.1`, `192.0.2.1:567`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
/// @return with port 0 where it names none; nullopt for anything else
[[nodiscard]] std::optional<SocketAddress> parse_forwarded_address(std::string_view element);

/// The last address that nobody trusted speaks for: from `peer` on, and then from the list's end, each
/// trusted one is taken at its word about who came before it. What is no address ends the list there; of
/// trusted ones alone, it is the first.
/// @param peer     the other end of the connection.
/// @param name     of the field, whatever its case; its lines are one list (RFC 9110 section 5.3).
[[nodiscard]] SocketAddress client_behind(const SocketAddress& peer, const Fields& fields,
                                          std::string_view name,
                                          std::span<const AddressRange> trusted);

}  // namespace breakwater::http
