#pragma once
// The times of certificates and of what is said about them. For this folder.
//
// Pure. Any thread.

#include <openssl/asn1.h>

#include <optional>

#include "proxy/base/clock.h"

namespace breakwater::crypto {

/// A year beyond what nanoseconds can count from 1970 is as good as the last that they can.
/// @return nullopt where it is none
[[nodiscard]] std::optional<WallTime> time_of(const ASN1_TIME* time);

}  // namespace breakwater::crypto
