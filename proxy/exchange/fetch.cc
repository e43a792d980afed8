#include "proxy/exchange/fetch.h"

#include <new>
#include <type_traits>

namespace breakwater::exchange {

static_assert(std::is_trivially_destructible_v<Attempt>);

Attempt& AttemptRecord::add(const SocketAddress& endpoint) {
    // Past the record's end the last place tells of the latest.
    Attempt* const attempt = at(std::min(count_, kRecorded - 1));
    ++count_;
    return *new (attempt) Attempt{.endpoint = endpoint};
}

bool AttemptRecord::has_tried(const SocketAddress& endpoint) const {
    return std::ranges::any_of(
        recorded(), [&](const Attempt& attempt) { return attempt.endpoint == endpoint; });
}

Attempt* AttemptRecord::last() {
    return count_ == 0 ? nullptr : at(std::min(count_, kRecorded) - 1);
}

}  // namespace breakwater::exchange
