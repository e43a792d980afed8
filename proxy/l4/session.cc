#include "proxy/l4/session.h"

namespace breakwater::l4 {

OpenSession::~OpenSession() {
    if (session.established) {
        exchange::Attempt& carried = *session.attempts.last();
        carried.status = kEstablished;
        carried.response_time = lender_.reactor().now() - session.began;
        carried.body_bytes = session.to_client_bytes;
    }
    lender_.session_ended(session);
}

Ref<upstream::Pool> pool_of(Lender& lender, const table::L4Target& target) {
    const auto& backends = lender.routing_table().backends;
    const auto found = backends.find(target.backend);
    return found == backends.end() ? Ref<upstream::Pool>() : lender.pools().of(found->second);
}

bool may_try_next(const table::L4Settings& settings, const exchange::AttemptRecord& attempts,
                  std::size_t endpoints, Deadline last_start, Time now) {
    if (!settings.next_upstream || last_start.passed(now)) return false;
    const std::size_t most =
        settings.tries > 0 ? static_cast<std::size_t>(settings.tries) : endpoints;
    return attempts.count() < most;
}

}  // namespace breakwater::l4
