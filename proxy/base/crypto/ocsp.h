#pragma once
// Whether a certificate has been revoked, as its issuer says it: the Online Certificate Status Protocol,
// RFC 6960, in the profile of RFC 5019 (SHA-1 in the certificate's ID, no nonce, so that responders can
// answer from a cache).
//
// Pure. Any thread. For this folder and proxy/tls, as handles.h is.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/clock.h"
#include "proxy/base/crypto/handles.h"

namespace breakwater::crypto {

/// What is asked about one certificate, and where.
struct OcspQuestion {
    std::string url;  ///< the first `http` one of authorityInfoAccess (RFC 5280 section 4.2.2.1)
    std::string request;  ///< DER
};

/// @return nullopt where the certificate names no responder that is asked over http, in at most
///         kMaxOcspUrlBytes of printable ASCII
[[nodiscard]] std::optional<OcspQuestion> ocsp_question(const X509& leaf, const X509& issuer);
inline constexpr std::size_t kMaxOcspUrlBytes = 1024;

/// Which of `others` may have issued `leaf`, by its names and key identifiers; null: none.
[[nodiscard]] X509* find_issuer(const X509& leaf, const STACK_OF(X509) & others);

enum class OcspStatus : std::uint8_t { good, revoked };

struct OcspFacts {
    OcspStatus status = OcspStatus::good;
    WallTime this_update;
    /// Where the response does not say it, a day after this_update, as browsers have it.
    WallTime next_update;
};

/// Clocks differ by no more than this.
inline constexpr std::chrono::minutes kOcspClockSlack{5};

/// What `der`, all of it one response, says of `leaf` now. Its signer is the issuer, or somebody to whom
/// the issuer has given a certificate for that (RFC 6960 section 4.2.2.2). Takes as long as verifying
/// two signatures.
/// @return one sentence where clients would not believe it, or it says nothing of this certificate
[[nodiscard]] std::expected<OcspFacts, std::string> check_ocsp_response(std::string_view der,
                                                                        X509& leaf, X509& issuer,
                                                                        WallTime now);

}  // namespace breakwater::crypto
