#include "proxy/base/crypto/random.h"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace breakwater::crypto {
namespace {

TEST(RequestId, Is32LowerCaseHexadecimalDigits) {
    for (int i = 0; i < 1000; ++i) {
        const RequestId id = RequestId::make();
        EXPECT_EQ(id.text().size(), 32U);
        EXPECT_EQ(id.text().find_first_not_of("0123456789abcdef"), std::string_view::npos);
    }
}

TEST(RequestId, NoneComesTwiceOnAnyThread) {  // more than two stocks a thread
    constexpr int kThreads = 4;
    constexpr int kEach = 600;
    std::mutex mutex;
    std::set<std::string> seen;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < kEach; ++i) {
                const RequestId id = RequestId::make();
                const std::lock_guard lock(mutex);
                seen.emplace(id.text());
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(kThreads) * kEach);
}

TEST(FillRandom, FillsAllOfIt) {
    std::array<std::uint8_t, 64> ones{};
    std::array<std::uint8_t, 64> twos{};
    fill_random(ones);
    fill_random(twos);
    EXPECT_NE(ones, twos);
    EXPECT_NE(ones, (std::array<std::uint8_t, 64>{}));
    fill_random({});
}

}  // namespace
}  // namespace breakwater::crypto
