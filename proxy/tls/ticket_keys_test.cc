#include "proxy/tls/ticket_keys.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace breakwater::tls {
namespace {

using std::chrono::seconds;
using test::FakeClock;

TEST(TicketKeys, WorkersAgreeWithoutTalking) {
    FakeClock clock;
    const TicketSeed seed = TicketSeed::make(clock);
    ProcessTicketKeys a(seed, clock);
    for (int step = 0; step < 10; ++step) {
        ProcessTicketKeys late(seed, clock);  // begins where the others have gone on
        const TicketKey sealed = a.current();
        const TicketKey* found = late.find(sealed.name);
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found, &late.current());
        EXPECT_EQ(found->cipher_key, sealed.cipher_key);
        EXPECT_EQ(found->mac_key, sealed.mac_key);
        clock.advance(TicketKeys::kStep);
    }
}

TEST(TicketKeys, AKeyOpensForAStepAfterItsOwnAndNoLonger) {
    FakeClock clock;
    ProcessTicketKeys keys(TicketSeed::make(clock), clock);
    const TicketKey first = keys.current();
    clock.advance(TicketKeys::kStep - seconds(1));
    EXPECT_EQ(keys.current().name, first.name);
    clock.advance(seconds(1));
    EXPECT_NE(keys.current().name, first.name);
    const TicketKey* found = keys.find(first.name);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->cipher_key, first.cipher_key);
    clock.advance(TicketKeys::kStep);
    EXPECT_EQ(keys.find(first.name), nullptr);
}

TEST(TicketKeys, AnIdleWorkerCatchesUp) {
    FakeClock clock;
    const TicketSeed seed = TicketSeed::make(clock);
    ProcessTicketKeys busy(seed, clock);
    ProcessTicketKeys idle(seed, clock);
    for (int step = 0; step < 25; ++step) {
        clock.advance(TicketKeys::kStep);
        busy.current();
    }
    EXPECT_EQ(idle.current().name, busy.current().name);
}

TEST(TicketKeys, NoPartOfAKeyIsLikeAnother) {
    FakeClock clock;
    ProcessTicketKeys keys(TicketSeed::make(clock), clock);
    ProcessTicketKeys others(TicketSeed::make(clock), clock);
    const TicketKey& key = keys.current();
    EXPECT_NE(key.cipher_key, key.mac_key);
    EXPECT_FALSE(std::equal(key.name.begin(), key.name.end(), key.cipher_key.begin()));
    EXPECT_NE(key.cipher_key, others.current().cipher_key);
    EXPECT_EQ(keys.find(others.current().name), nullptr);
}

TEST(SharedTicketKeys, ReplicasAgreeWithoutTalking) {
    FakeClock clock;
    SharedTicketKeys one("the seed of a Secret", clock);
    SharedTicketKeys other("the seed of a Secret", clock);
    SharedTicketKeys stranger("the seed of another", clock);
    for (int step = 0; step < 10; ++step) {
        const TicketKey sealed = one.current();
        const TicketKey* found = other.find(sealed.name);
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->cipher_key, sealed.cipher_key);
        EXPECT_EQ(found->mac_key, sealed.mac_key);
        EXPECT_EQ(stranger.find(sealed.name), nullptr);
        clock.advance(TicketKeys::kStep);
    }
}

TEST(SharedTicketKeys, AKeyOpensForAStepBeforeAndAfterItsOwn) {
    FakeClock clock;
    FakeClock ahead;
    ahead.advance(TicketKeys::kStep);
    SharedTicketKeys keys("the seed of a Secret", clock);
    SharedTicketKeys of_the_hasty("the seed of a Secret", ahead);
    EXPECT_NE(keys.current().name, of_the_hasty.current().name);
    const TicketKey first = keys.current();
    const TicketKey next = of_the_hasty.current();
    EXPECT_NE(keys.find(next.name), nullptr) << "another's clock is ahead";
    clock.advance(TicketKeys::kStep);
    EXPECT_EQ(keys.current().name, next.name);
    EXPECT_NE(keys.find(first.name), nullptr);
    clock.advance(TicketKeys::kStep);
    EXPECT_EQ(keys.find(first.name), nullptr);
}

}  // namespace
}  // namespace breakwater::tls
