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

Candidates::Candidates(Lender& lender, Session& session)
    : reactor_(lender.reactor()),
      session_(session),
      settings_(lender.routing_table().settings.l4),
      last_start_(Deadline::after(reactor_.now(), settings_.tries_timeout)) {
    const auto& backends = lender.routing_table().backends;
    if (const auto found = backends.get(session.target->backend)) pool_ = lender.pools().of(found);
}

exchange::Attempt* Candidates::next() {
    if (!pool_ || !may_go_on()) return nullptr;
    const auto endpoint = pool_->pick({session_.attempts});
    if (!endpoint) return nullptr;
    session_.visit.move_to(pool_, *endpoint);
    return &session_.attempts.add((*endpoint)->address());
}

bool Candidates::may_go_on() const {
    const std::size_t tried = session_.attempts.count();
    if (tried == 0) return true;
    if (!settings_.next_upstream || last_start_.passed(reactor_.now())) return false;
    return tried <
           (settings_.tries > 0 ? static_cast<std::size_t>(settings_.tries) : pool_->size());
}

}  // namespace breakwater::l4
