#pragma once
// For the tests of this folder: a moment, a check without cryptography, objects put on their shelf.

#include "controller/kube/shelf.h"
#include "controller/translate/translate.h"

namespace breakwater::translate {

/// 2026-01-01 00:00:00 UTC.
inline constexpr WallTime kNow{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};

/// Takes `tls.crt` that reads `names=a.example,*.b.example until=2030-01-31`, with ` type=RSA` at its end or
/// without, with the `tls.key` `key`; a `ca.crt` that begins with `ca` and a `ca.crl` that begins with
/// `crl`; an expression with both brackets or none; lists without the word `unusable`.
[[nodiscard]] Checks fake_checks();

void put(const kube::Object& object, kube::Objects& objects);

}  // namespace breakwater::translate
