#include "proxy/exchange/fetch.h"

#include <algorithm>

namespace breakwater::exchange {

Attempt& AttemptRecord::add(const SocketAddress& endpoint) {
    // Past the record's end the last place tells of the latest.
    Attempt& attempt = recorded[std::min(count, kRecorded - 1)];
    ++count;
    attempt = Attempt{.endpoint = endpoint};
    return attempt;
}

bool AttemptRecord::has_tried(const SocketAddress& endpoint) const {
    const auto end = recorded.begin() + static_cast<std::ptrdiff_t>(std::min(count, kRecorded));
    return std::any_of(recorded.begin(), end,
                       [&](const Attempt& attempt) { return attempt.endpoint == endpoint; });
}

Attempt* AttemptRecord::last() {
    return count == 0 ? nullptr : &recorded[std::min(count, kRecorded) - 1];
}

}  // namespace breakwater::exchange
