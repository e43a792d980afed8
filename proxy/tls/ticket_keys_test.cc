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
    TicketKeys a(seed, clock);
    for (int step = 0; step < 10; ++step) {
        TicketKeys late(seed, clock);  // begins where the others have gone on
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
    TicketKeys keys(TicketSeed::make(clock), clock);
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
    TicketKeys busy(seed, clock);
    TicketKeys idle(seed, clock);
    for (int step = 0; step < 25; ++step) {
        clock.advance(TicketKeys::kStep);
        busy.current();
    }
    EXPECT_EQ(idle.current().name, busy.current().name);
}

TEST(TicketKeys, NoPartOfAKeyIsLikeAnother) {
    FakeClock clock;
    TicketKeys keys(TicketSeed::make(clock), clock);
    TicketKeys others(TicketSeed::make(clock), clock);
    const TicketKey& key = keys.current();
    EXPECT_NE(key.cipher_key, key.mac_key);
    EXPECT_FALSE(std::equal(key.name.begin(), key.name.end(), key.cipher_key.begin()));
    EXPECT_NE(key.cipher_key, others.current().cipher_key);
    EXPECT_EQ(keys.find(others.current().name), nullptr);
}

}  // namespace
}  // namespace breakwater::tls
