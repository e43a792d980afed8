#pragma once
// What a handshake may agree on: versions, cipher suites, groups for the key exchange, as far as the
// settings leave it open and the OpenSSL that is loaded has it.
//
// Pure. Any thread; a check makes an SSL_CTX, some hundred microseconds, so never on a worker.

#include <openssl/types.h>

#include <expected>
#include <string>

#include "proxy/table/settings.h"

namespace breakwater::tls {

/// `ssl-ciphers`: whether a suite of this list is left for TLS 1.2 at OpenSSL's security level 2.
/// Names that it does not know, and suites that can never be agreed on (DHE without parameters), do
/// no harm beside others.
/// @error the end of a sentence that began with the list
[[nodiscard]] std::expected<void, std::string> check_ciphers(const std::string& list);

/// `ssl-ecdh-curve`: whether OpenSSL knows all groups of this list.
/// @error the end of a sentence that began with the list
[[nodiscard]] std::expected<void, std::string> check_groups(const std::string& list);

/// The groups that stand where the settings name none, the preferred first, with colons between.
/// With OpenSSL 3.5 or newer the first is X25519MLKEM768, which a quantum computer would not break.
[[nodiscard]] const std::string& standard_groups();

/// The suites of TLS 1.3, those of `list` for TLS 1.2, and the security level.
/// @return false: check_ciphers() refuses the list
[[nodiscard]] bool set_suites(SSL_CTX* context, const std::string& list);

/// A list that cannot be used, which whoever built the table has refused already, counts as empty.
void set_negotiation(SSL_CTX* context, const table::TlsSettings& settings);

}  // namespace breakwater::tls
