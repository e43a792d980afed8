#pragma once
// Keys (ECDSA P-256) and certificates that we make ourselves, where nobody has given us any: an
// authority that one client trusts, and what it signs.
//
// Any thread; some hundred microseconds a call.

#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "proxy/base/crypto/self_signed.h"

namespace breakwater::crypto {

/// May sign others, and those nobody.
[[nodiscard]] PemPair make_authority(const std::string& common_name, std::chrono::hours lifetime);

/// A certificate for a server, from an hour ago (clocks differ), and its key.
/// @param authority  of whatever kind of key; its certificate says CA:TRUE
/// @param dns_names  not empty; `IP:10.0.0.1` for an address
/// @error one sentence, without a byte of the authority: it cannot sign
[[nodiscard]] std::expected<PemPair, std::string> issue_certificate(
    const PemPair& authority, const std::vector<std::string>& dns_names,
    std::chrono::hours lifetime);

/// Whether who trusts the authority can trust the certificate. Time and names are not looked at.
[[nodiscard]] bool is_issued_by(const PemPair& certificate, const PemPair& authority);

}  // namespace breakwater::crypto
