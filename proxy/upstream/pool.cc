#include "proxy/upstream/pool.h"

#include <algorithm>
#include <random>
#include <utility>

namespace breakwater::upstream {

void Pool::retire() {
    for (const Ref<Endpoint>& endpoint : endpoints_) endpoint->retire();
}

void Pool::update(const std::shared_ptr<const table::Backend>& backend) {
    const table::Balance balance = backend->policies.balance;
    if (!policy_ || backend_->policies.balance != balance) {
        thread_local std::minstd_rand random{std::random_device{}()};
        policy_ = policies_[static_cast<std::size_t>(balance)](random());
        policy_->follow(endpoints_);
    }
    backend_ = backend;
    if (!backend->external) replace_endpoints(backend->endpoints);
}

void Pool::lead_to(const std::vector<IpAddress>& addresses) {
    std::vector<table::Endpoint> wanted;
    for (const IpAddress& ip : addresses) wanted.push_back({{ip, backend_->external->port}});
    replace_endpoints(wanted);
}

void Pool::replace_endpoints(std::span<const table::Endpoint> all) {
    std::vector<Ref<Endpoint>> before = std::move(endpoints_);
    endpoints_.clear();
    endpoints_.reserve(all.size());
    // Both are sorted by address: one pass finds what stays, what comes and what goes.
    auto old = before.begin();
    for (const table::Endpoint& wanted : all) {
        for (; old != before.end() && (*old)->address() < wanted.address; ++old) (*old)->retire();
        const bool stays = old != before.end() && (*old)->address() == wanted.address;
        endpoints_.push_back(stays ? std::move(*old++) : Ref(new Endpoint(wanted.address, idle_)));
    }
    for (; old != before.end(); ++old) (*old)->retire();
    policy_->follow(endpoints_);
}

Result<Ref<Endpoint>> Pool::pick(const Choice& choice) {
    Endpoint* const endpoint = policy_->pick(endpoints_, choice);
    if (!endpoint) return fail(backend_->external ? Err::name_unresolved : Err::no_endpoint);
    return Ref(endpoint);
}

Pools::Pools(Reactor& reactor, std::span<const MakePolicy> policies)
    : reactor_(reactor), idle_(std::make_shared<IdleConnections>(reactor)), policies_(policies) {}

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
    Ref<Pool> pool(new Pool(reactor_, idle_, policies_));
    const auto current = in_force_->backends.get(backend->name);
    if (!current) {  // it has left the table since the request began
        update(*pool, backend);
        return pool;
    }
    update(*pool, current);
    pools_.emplace(backend->name, pool);
    return pool;
}

void Pools::follow(std::shared_ptr<const table::RoutingTable> table) {
    const auto before = std::exchange(in_force_, std::move(table));
    recent_.fill({});
    idle_->set_limits(in_force_->settings.upstream);
    if (!before) return;
    for_each_difference(before->backends, in_force_->backends,
                        [this](const auto& was, const auto& is) {
                            const auto pool = pools_.find((was ? was : is)->name);
                            if (pool == pools_.end()) return;
                            if (is) {
                                update(*pool->second, is);
                            } else {
                                pool->second->retire();  // visits may hold it for long
                                pools_.erase(pool);
                            }
                        });
}

void Pools::update(Pool& pool, const std::shared_ptr<const table::Backend>& backend) {
    if (pool.version() == backend.get()) return;
    pool.update(backend);
    if (!backend->external) return;
    const auto known = names_.find(backend->external->name);
    if (known != names_.end()) pool.lead_to(*known->second);
}

void Pools::learn(const std::string& name,
                  std::shared_ptr<const std::vector<IpAddress>> addresses) {
    if (!addresses) {
        names_.erase(name);
        return;
    }
    for (const auto& [backend, pool] : pools_) {
        const auto& external = pool->version()->external;
        if (external && external->name == name) pool->lead_to(*addresses);
    }
    names_[name] = std::move(addresses);
}

}  // namespace breakwater::upstream
