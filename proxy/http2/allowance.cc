#include "proxy/http2/allowance.h"

#include <algorithm>
#include <chrono>

namespace breakwater::http2 {

bool Allowance::take(Time now) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(now - counted_);
    if (whole.count() > 0) {
        counted_ += whole;
        const std::int64_t enough = rate_.at_once;  // seconds after which it is full at any rate
        earn(static_cast<std::uint32_t>(std::min<std::int64_t>(whole.count(), enough)) *
             rate_.a_second);
    }
    if (left_ == 0) return false;
    --left_;
    return true;
}

void Allowance::earn(std::uint32_t count) { left_ += std::min(count, rate_.at_once - left_); }

}  // namespace breakwater::http2
