#include "proxy/upstream/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "proxy/upstream/visit.h"

namespace breakwater::upstream {
namespace {

using exchange::AttemptRecord;

SocketAddress pod(std::uint8_t last) { return {IpAddress::v4({10, 0, 0, last}), 80}; }

std::shared_ptr<const table::Backend> backend(const std::vector<std::uint8_t>& pods) {
    auto made = std::make_shared<table::Backend>();
    made->name = "shop-web-80";
    for (const std::uint8_t last : pods) made->endpoints.push_back({pod(last)});
    return made;
}

std::shared_ptr<const table::RoutingTable> table_with(std::shared_ptr<const table::Backend> one) {
    auto made = std::make_shared<table::RoutingTable>();
    if (one) made->backends.put(std::move(one));
    return made;
}

class PoolTest : public testing::Test {
protected:
    std::set<SocketAddress> picked(const Ref<Pool>& pool, int times) {
        std::set<SocketAddress> addresses;
        for (int i = 0; i < times; ++i) addresses.insert((*pool->pick({nobody_tried_}))->address());
        return addresses;
    }

    Reactor reactor_;
    Pools pools_{reactor_};
    AttemptRecord nobody_tried_;
};

TEST_F(PoolTest, RoundRobinComesToEveryEndpointInTurn) {
    const auto three = backend({1, 2, 3});
    pools_.follow(table_with(three));
    const Ref<Pool> pool = pools_.of(three);
    EXPECT_EQ(picked(pool, 3), (std::set{pod(1), pod(2), pod(3)}));
}

TEST_F(PoolTest, WhatWasTriedIsNotPickedAgain) {
    const auto two = backend({1, 2});
    pools_.follow(table_with(two));
    const Ref<Pool> pool = pools_.of(two);
    AttemptRecord tried;
    tried.add(pod(1));
    for (int i = 0; i < 4; ++i) EXPECT_EQ((*pool->pick({tried}))->address(), pod(2));
    tried.add(pod(2));
    EXPECT_EQ(pool->pick({tried}).error().code, Err::no_endpoint);
}

TEST_F(PoolTest, EndpointsThatStayAreTheSameObjects) {
    const auto before = backend({1, 2});
    pools_.follow(table_with(before));
    const Ref<Pool> pool = pools_.of(before);
    AttemptRecord only_two;
    only_two.add(pod(1));
    const Ref<Endpoint> kept = *pool->pick({only_two});

    pools_.follow(table_with(backend({2, 3})));
    only_two = {};
    only_two.add(pod(3));
    EXPECT_EQ((*pool->pick({only_two})).get(), kept.get());
    EXPECT_EQ(picked(pool, 4), (std::set{pod(2), pod(3)}));
}

std::shared_ptr<const table::Backend> backend_at(const std::string& name) {
    auto made = std::make_shared<table::Backend>(*backend({}));
    made->external = {name, 80};
    return made;
}

std::shared_ptr<const std::vector<IpAddress>> addresses(const std::vector<std::uint8_t>& pods) {
    auto made = std::make_shared<std::vector<IpAddress>>();
    for (const std::uint8_t last : pods) made->push_back(pod(last).ip);
    return made;
}

TEST_F(PoolTest, AnExternalHostIsWhereItsNameLeads) {
    const auto external = backend_at("a.example");
    pools_.follow(table_with(external));
    const Ref<Pool> pool = pools_.of(external);
    EXPECT_EQ(pool->pick({nobody_tried_}).error().code, Err::name_unresolved);
    pools_.learn("b.example", addresses({3}));
    EXPECT_EQ(pool->pick({nobody_tried_}).error().code, Err::name_unresolved);
    pools_.learn("a.example", addresses({1, 2}));
    EXPECT_EQ(picked(pool, 4), (std::set{pod(1), pod(2)}));
    pools_.learn("a.example", addresses({2}));
    EXPECT_EQ(picked(pool, 4), std::set{pod(2)});
    pools_.learn("a.example", addresses({}));
    EXPECT_EQ(pool->pick({nobody_tried_}).error().code, Err::name_unresolved);
}

TEST_F(PoolTest, WhatWasKnownOfANameCountsForPoolsThatComeLater) {
    pools_.follow(table_with(nullptr));
    pools_.learn("a.example", addresses({1}));
    const auto external = backend_at("a.example");
    pools_.follow(table_with(external));
    EXPECT_EQ(picked(pools_.of(external), 2), std::set{pod(1)});
    pools_.follow(table_with(nullptr));
    pools_.learn("a.example", nullptr);
    pools_.follow(table_with(external));
    EXPECT_FALSE(pools_.of(external)->pick({nobody_tried_}).has_value());
}

TEST_F(PoolTest, EndpointsOfBeforeStayUntilANameIsKnown) {
    const auto pods = backend({1});
    pools_.follow(table_with(pods));
    const Ref<Pool> pool = pools_.of(pods);
    pools_.follow(table_with(backend_at("a.example")));
    EXPECT_EQ(picked(pool, 2), std::set{pod(1)});
    pools_.learn("a.example", addresses({2}));
    EXPECT_EQ(picked(pool, 2), std::set{pod(2)});
    pools_.follow(table_with(pods));
    EXPECT_EQ(picked(pool, 2), std::set{pod(1)});
}

TEST_F(PoolTest, ARequestOfAnOlderTableSeesThePresentEndpoints) {
    const auto older = backend({1});
    pools_.follow(table_with(older));
    pools_.follow(table_with(backend({2})));
    EXPECT_EQ(picked(pools_.of(older), 2), std::set{pod(2)});
}

TEST_F(PoolTest, ABackendThatLeftTheTableIsForgottenAndStillServesWhoHoldsIt) {
    const auto gone = backend({1});
    pools_.follow(table_with(gone));
    (void)pools_.of(gone);
    EXPECT_EQ(pools_.size(), 1U);
    pools_.follow(table_with(nullptr));
    EXPECT_EQ(pools_.size(), 0U);
    EXPECT_EQ(picked(pools_.of(gone), 1), std::set{pod(1)});
    EXPECT_EQ(pools_.size(), 0U);
}

/// Picks the first with the fewest visits, and tells what it was told.
class Watched final : public BalancePolicy {
public:
    struct Told {
        std::size_t endpoints = 0;
        std::size_t ended = 0;
    };

    explicit Watched(Told& told) : told_(told) {}
    void follow(std::span<const Ref<Endpoint>> endpoints) override {
        told_.endpoints = endpoints.size();
    }
    Endpoint* pick(std::span<const Ref<Endpoint>> endpoints, const Choice& /*choice*/) override {
        const auto visits = [](const Ref<Endpoint>& one) { return one->visits(); };
        const auto found = std::ranges::min_element(endpoints, {}, visits);
        return found == endpoints.end() ? nullptr : found->get();
    }
    [[nodiscard]] bool counts_visits() const override { return true; }
    void visit_ended(Endpoint& /*endpoint*/, Duration /*took*/) override { ++told_.ended; }

private:
    Told& told_;
};

Watched::Told told;
constexpr MakePolicy kWithWatched[] = {
    make_round_robin,
    [](std::size_t) -> std::unique_ptr<BalancePolicy> { return std::make_unique<Watched>(told); }};

class PolicyTest : public PoolTest {
protected:
    PolicyTest() { told = {}; }
    Ref<Pool> publish(bool watched, const std::vector<std::uint8_t>& pods) {
        auto made = std::make_shared<table::Backend>(*backend(pods));
        made->policies.balance = static_cast<table::Balance>(watched);
        pools_.follow(table_with(made));
        return pools_.of(made);
    }

    Pools pools_{reactor_, kWithWatched};
};

TEST_F(PolicyTest, HearsOfItsEndpoints) {
    publish(true, {1, 2});
    EXPECT_EQ(told.endpoints, 2U);
    publish(true, {1, 2, 3});
    EXPECT_EQ(told.endpoints, 3U);
}

TEST_F(PolicyTest, AnotherOneKeepsTheEndpoints) {
    const Ref<Endpoint> before = *publish(false, {1})->pick({nobody_tried_});
    const Ref<Pool> pool = publish(true, {1});
    EXPECT_EQ(told.endpoints, 1U);
    EXPECT_EQ((*pool->pick({nobody_tried_})).get(), before.get());
}

TEST_F(PolicyTest, HearsOfVisits) {
    const Ref<Pool> pool = publish(true, {1, 2});
    Visit first;
    first.move_to(pool, *pool->pick({nobody_tried_}));
    const Ref<Endpoint> other = *pool->pick({nobody_tried_});
    {
        Visit second;
        second.move_to(pool, other);
        EXPECT_EQ(other->visits(), 1U);
        second.move_to(pool, other);
        EXPECT_EQ(other->visits(), 1U);
        EXPECT_EQ(told.ended, 1U);
    }
    EXPECT_EQ(other->visits(), 0U);
    EXPECT_EQ(told.ended, 2U);
}

TEST_F(PolicyTest, RoundRobinCountsNobody) {
    const Ref<Pool> pool = publish(false, {1});
    Visit visit;
    const Ref<Endpoint> only = *pool->pick({nobody_tried_});
    visit.move_to(pool, only);
    EXPECT_EQ(only->visits(), 0U);
}

}  // namespace
}  // namespace breakwater::upstream
