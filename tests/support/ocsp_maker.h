#pragma once
// What an OCSP responder says, signed on the spot.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "proxy/base/clock.h"
#include "tests/support/certificate_maker.h"

namespace breakwater::test {

struct OcspSpec {
    enum class Status : std::uint8_t { good, revoked, unknown };

    Status status = Status::good;
    WallTime this_update;
    std::optional<WallTime> next_update = {};  ///< none: it is left out
    const PemPair* signer = nullptr;           ///< null: the issuer
};

/// DER. @param issuer  of `leaf`, which its chain need not hold.
[[nodiscard]] std::string make_ocsp_response(const PemPair& leaf, const PemPair& issuer,
                                             const OcspSpec& spec);
/// One that says only what went wrong: RFC 6960 section 4.2.1, OCSPResponseStatus.
[[nodiscard]] std::string make_ocsp_failure(int outcome);

}  // namespace breakwater::test
