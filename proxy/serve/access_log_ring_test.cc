#include "proxy/serve/access_log_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>

namespace breakwater::serve {
namespace {

bool push(LogRing& ring, std::string_view entry, std::size_t most_bytes) {
    char* const to = ring.try_begin(most_bytes);
    if (!to) return false;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(to) % 8, 0U);
    if (!entry.empty()) std::memcpy(to, entry.data(), entry.size());
    ring.commit(entry.size());
    return true;
}
bool push(LogRing& ring, std::string_view entry) { return push(ring, entry, entry.size()); }

std::string pop(LogRing& ring) {
    const auto entry = ring.front();
    if (!entry) return "(none)";
    std::string text(entry->begin(), entry->end());
    ring.pop();
    return text;
}

TEST(LogRing, GivesEntriesInOrder) {
    LogRing ring(64);
    EXPECT_TRUE(ring.empty());
    EXPECT_TRUE(push(ring, "one"));
    EXPECT_TRUE(push(ring, ""));
    EXPECT_FALSE(ring.empty());
    EXPECT_EQ(pop(ring), "one");
    EXPECT_EQ(pop(ring), "");
    EXPECT_EQ(pop(ring), "(none)");
}

TEST(LogRing, TakesAnEntryWholeOrNotAtAll) {
    LogRing ring(64);
    EXPECT_TRUE(push(ring, "0123456789abcdef"));     // 8 + 16
    EXPECT_FALSE(push(ring, std::string(33, 'n')));  // 8 + 40 are more than the 40 left
    EXPECT_TRUE(push(ring, "01234567"));             // 8 + 8
    EXPECT_TRUE(push(ring, "x"));                    // 8 + 8
    EXPECT_FALSE(push(ring, "y"));
    EXPECT_EQ(pop(ring), "0123456789abcdef");
    EXPECT_TRUE(push(ring, "again"));
    EXPECT_EQ(pop(ring), "01234567");
    EXPECT_EQ(pop(ring), "x");
    EXPECT_EQ(pop(ring), "again");
}

TEST(LogRing, AnEntryMayBeShorterThanItsRoom) {
    LogRing ring(128);
    EXPECT_TRUE(push(ring, "a", 56));
    EXPECT_TRUE(push(ring, "b", 56));
    EXPECT_FALSE(push(ring, "c", 104));
    EXPECT_TRUE(push(ring, "c", 56));
    EXPECT_EQ(pop(ring), "a");
    EXPECT_EQ(pop(ring), "b");
    EXPECT_EQ(pop(ring), "c");
    EXPECT_TRUE(push(ring, "d", 56));
    EXPECT_EQ(pop(ring), "d");
}

TEST(LogRing, GoesOverItsEndAtEveryOffset) {
    LogRing ring(128);
    for (std::size_t length = 0; length < 56; ++length) {
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
            while (!push(ring, std::to_string(i) + ":", 100)) std::this_thread::yield();
        }
    });
    for (int i = 0; i < kEntries; ++i) {
        while (ring.empty()) std::this_thread::yield();
        ASSERT_EQ(pop(ring), std::to_string(i) + ":");
    }
    producer.join();
    EXPECT_TRUE(ring.empty());
}

}  // namespace
}  // namespace breakwater::serve
