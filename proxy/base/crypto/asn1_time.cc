#include "proxy/base/crypto/asn1_time.h"

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace breakwater::crypto {

std::optional<WallTime> time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    using std::chrono::seconds;
    constexpr std::int64_t kLast = std::chrono::floor<seconds>(WallTime::duration::max()).count();
    constexpr std::int64_t kFirst = std::chrono::ceil<seconds>(WallTime::duration::min()).count();
    return WallTime(seconds(std::clamp<std::int64_t>(timegm(&parts), kFirst, kLast)));
}

}  // namespace breakwater::crypto
