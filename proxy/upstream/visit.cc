#include "proxy/upstream/visit.h"

namespace breakwater::upstream {

void Visit::move_to(const Ref<Pool>& pool, const Ref<Endpoint>& endpoint) {
    leave();
    if (!pool->counts_visits()) return;
    pool_ = pool;
    endpoint_ = endpoint;
    began_ = pool_->now();
    endpoint_->visit_began();
}

void Visit::leave() {
    if (!pool_) return;
    endpoint_->visit_ended();
    pool_->visit_ended(*endpoint_, pool_->now() - began_);
    endpoint_ = {};
    pool_ = {};
}

}  // namespace breakwater::upstream
