#include "proxy/base/arena.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater {
namespace {

TEST(Arena, KeepsWhatItWasGiven) {
    Arena arena;
    std::vector<std::string_view> views;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 2000; ++i) {  // through many blocks
        texts.push_back(std::string(i % 97, static_cast<char>('a' + i % 26)));
        views.push_back(arena.copy(texts.back()));
    }
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(views[i], texts[i]);
}

TEST(Arena, Aligns) {
    Arena arena;
    for (const std::size_t alignment : {1U, 2U, 4U, 8U, 16U, 64U}) {
        for (int i = 0; i < 300; ++i) {
            arena.allocate(1, 1);
            const auto at = reinterpret_cast<std::uintptr_t>(arena.allocate(24, alignment));
            ASSERT_EQ(at % alignment, 0U);
        }
    }
}

TEST(Arena, TakesWhatIsLargerThanABlock) {
    Arena arena;
    const std::string large(Arena::kNextBlockBytes * 3, 'x');
    const std::string_view before = arena.copy("before");
    const std::string_view copied = arena.copy(large);
    const std::string_view after = arena.copy("after");
    EXPECT_EQ(copied, large);
    EXPECT_EQ(before, "before");
    EXPECT_EQ(after, "after");
}

TEST(Arena, Concat) {
    Arena arena;
    EXPECT_EQ(arena.concat("a", std::string("b"), std::string_view("c")), "abc");
    EXPECT_EQ(arena.concat("", ""), "");
    EXPECT_EQ(arena.copy({}), "");
}

struct Noted {
    Noted(std::vector<int>& to, int n) : ended(to), number(n) {}
    ~Noted() { ended.push_back(number); }
    std::vector<int>& ended;
    int number;
};

TEST(Arena, EndsWhatItOwnsLastFirst) {
    std::vector<int> ended;
    {
        Arena arena;
        arena.own<Noted>(ended, 1);
        arena.own<Noted>(ended, 2);
        arena.reset();
        EXPECT_EQ(ended, (std::vector<int>{2, 1}));
        arena.own<Noted>(ended, 3);
    }
    EXPECT_EQ(ended, (std::vector<int>{2, 1, 3}));
}

TEST(Arena, AnOwnersObjectEndsWithTheOwner) {
    std::vector<int> ended;
    Arena arena;
    {
        const ArenaPtr<Noted> owned = arena.make_owned<Noted>(ended, 7);
    }
    EXPECT_EQ(ended, std::vector<int>{7});
    arena.reset();
    EXPECT_EQ(ended, std::vector<int>{7}) << "once";
}

TEST(Arena, ResetGivesTheSameMemoryAgain) {
    Arena arena;
    const void* first = arena.allocate(100, 8);
    for (int i = 0; i < 100; ++i) arena.allocate(1000, 8);
    arena.reset();
    EXPECT_EQ(arena.allocate(100, 8), first);
}

}  // namespace
}  // namespace breakwater
