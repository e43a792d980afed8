#include "proxy/serve/access_log_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace breakwater::serve {
namespace {

bool push(LogRing& ring, std::string_view a, std::string_view b = {}) {
    const std::array<std::string_view, 2> parts{a, b};
    return ring.try_push(parts);
}

std::string pop(LogRing& ring) {
    std::vector<char> entry;
    return ring.try_pop(entry) ? std::string(entry.begin(), entry.end()) : "(none)";
}

TEST(LogRing, GivesEntriesInOrder) {
    LogRing ring(64);
    EXPECT_TRUE(ring.empty());
    EXPECT_TRUE(push(ring, "one", "+more"));
    EXPECT_TRUE(push(ring, "", ""));
    EXPECT_FALSE(ring.empty());
    EXPECT_EQ(pop(ring), "one+more");
    EXPECT_EQ(pop(ring), "");
    EXPECT_EQ(pop(ring), "(none)");
}

TEST(LogRing, TakesAnEntryWholeOrNotAtAll) {
    LogRing ring(32);
    EXPECT_TRUE(push(ring, "0123456789abcdef"));  // 4 + 16
    EXPECT_FALSE(push(ring, "0123456789"));       // 4 + 10 > 12
    EXPECT_TRUE(push(ring, "01234567"));          // 4 + 8
    EXPECT_FALSE(push(ring, ""));
    EXPECT_EQ(pop(ring), "0123456789abcdef");
    EXPECT_TRUE(push(ring, "again"));
    EXPECT_EQ(pop(ring), "01234567");
    EXPECT_EQ(pop(ring), "again");
}

TEST(LogRing, GoesOverItsEndAtEveryOffset) {
    LogRing ring(32);
    for (std::size_t length = 0; length < 28; ++length) {
        for (int turn = 0; turn < 40; ++turn) {
            const std::string entry(length, static_cast<char>('a' + turn % 26));
            ASSERT_TRUE(push(ring, entry));
            ASSERT_EQ(pop(ring), entry);
        }
    }
}

TEST(LogRing, CarriesBetweenTwoThreads) {
    constexpr int kEntries = 20000;
    LogRing ring(1024);
    std::thread producer([&] {
        for (int i = 0; i < kEntries; ++i) {
            while (!push(ring, std::to_string(i), ":")) std::this_thread::yield();
        }
    });
    std::vector<char> entry;
    for (int i = 0; i < kEntries; ++i) {
        while (!ring.try_pop(entry)) std::this_thread::yield();
        ASSERT_EQ(std::string(entry.begin(), entry.end()), std::to_string(i) + ":");
    }
    producer.join();
    EXPECT_TRUE(ring.empty());
}

}  // namespace
}  // namespace breakwater::serve
