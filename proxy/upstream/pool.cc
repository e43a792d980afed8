#include "proxy/upstream/pool.h"

#include <algorithm>
#include <random>

#include "proxy/upstream/balance/round_robin.h"

namespace breakwater::upstream {

Pool::~Pool() {
    for (const Ref<Endpoint>& endpoint : endpoints_) endpoint->retire();
}

void Pool::update(const std::shared_ptr<const table::Backend>& backend) {
    if (backend_ == backend) return;
    std::vector<Ref<Endpoint>> before = std::move(endpoints_);
    endpoints_.clear();
    endpoints_.reserve(backend->endpoints.size());
    // Both are sorted by address: one pass finds what stays, what comes and what goes.
    auto old = before.begin();
    for (const table::Endpoint& wanted : backend->endpoints) {
        for (; old != before.end() && (*old)->address() < wanted.address; ++old) (*old)->retire();
        const bool stays = old != before.end() && (*old)->address() == wanted.address;
        endpoints_.push_back(stays ? std::move(*old++) : Ref(new Endpoint(wanted.address, idle_)));
    }
    for (; old != before.end(); ++old) (*old)->retire();
    backend_ = backend;
}

Result<Ref<Endpoint>> Pool::pick(const exchange::AttemptRecord& tried) {
    Endpoint* const endpoint = policy_->pick(endpoints_, tried);
    if (!endpoint) return fail(Err::no_endpoint);
    return Ref(endpoint);
}

Pools::Pools(Reactor& reactor) : idle_(std::make_shared<IdleConnections>(reactor)) {}

Ref<Pool>& Pools::recent_of(const table::Backend* backend) {
    return recent_[reinterpret_cast<std::uintptr_t>(backend) / sizeof(*backend) % kRecent];
}

Ref<Pool> Pools::of(const std::shared_ptr<const table::Backend>& backend) {
    const Ref<Pool>& recent = recent_of(backend.get());
    if (recent && recent->version() == backend.get()) return recent;
    return look_up(backend);
}

Ref<Pool> Pools::look_up(const std::shared_ptr<const table::Backend>& backend) {
    const auto found = pools_.find(backend->name);
    if (found != pools_.end()) return recent_of(found->second->version()) = found->second;
    thread_local std::minstd_rand random{std::random_device{}()};
    Ref<Pool> pool(new Pool(idle_, std::make_unique<RoundRobin>(random())));
    const auto current = in_force_->backends.find(backend->name);
    if (current == in_force_->backends.end()) {  // it has left the table since the request began
        pool->update(backend);
        return pool;
    }
    pool->update(current->second);
    pools_.emplace(backend->name, pool);
    return pool;
}

void Pools::follow(std::shared_ptr<const table::RoutingTable> table) {
    in_force_ = std::move(table);
    recent_.fill({});
    idle_->set_limits(in_force_->settings.upstream);
    std::erase_if(pools_, [&](auto& entry) {
        const auto found = in_force_->backends.find(entry.first);
        if (found == in_force_->backends.end()) return true;
        entry.second->update(found->second);
        return false;
    });
}

}  // namespace breakwater::upstream
