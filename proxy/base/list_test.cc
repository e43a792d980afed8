#include "proxy/base/list.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace breakwater {
namespace {

struct OtherTag {};
struct Item : ListHook<>, ListHook<OtherTag> {
    explicit Item(int n) : number(n) {}
    int number;
};
using Items = List<Item>;

std::vector<int> numbers(Items& list) {
    std::vector<int> all;
    for (Item* item = list.front(); item; item = list.next(*item)) all.push_back(item->number);
    return all;
}

TEST(List, OrderAndEnds) {
    Items list;
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(list.front(), nullptr);
    EXPECT_EQ(list.pop_back(), nullptr);
    Item one(1);
    Item two(2);
    Item three(3);
    list.push_back(two);
    list.push_back(three);
    list.push_front(one);
    EXPECT_EQ(numbers(list), (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(list.back(), &three);
    EXPECT_EQ(list.pop_front(), &one);
    EXPECT_EQ(list.pop_back(), &three);
    EXPECT_EQ(numbers(list), std::vector<int>{2});
}

TEST(List, AnElementThatEndsTakesItselfOut) {
    Items list;
    Item one(1);
    auto two = std::make_unique<Item>(2);
    Item three(3);
    list.push_back(one);
    list.push_back(*two);
    list.push_back(three);
    two.reset();
    EXPECT_EQ(numbers(list), (std::vector<int>{1, 3}));
}

TEST(List, PushingMoves) {
    Items a;
    Items b;
    Item one(1);
    Item two(2);
    a.push_back(one);
    a.push_back(two);
    a.push_back(one);
    EXPECT_EQ(numbers(a), (std::vector<int>{2, 1}));
    b.push_back(two);
    EXPECT_EQ(numbers(a), std::vector<int>{1});
    EXPECT_EQ(numbers(b), std::vector<int>{2});
}

TEST(List, AnEndedListHoldsNobody) {
    Item one(1);
    {
        Items list;
        list.push_back(one);
        EXPECT_TRUE(one.ListHook<>::linked());
    }
    EXPECT_FALSE(one.ListHook<>::linked());
}

TEST(List, TakeAppendsAll) {
    Items a;
    Items b;
    Item one(1);
    Item two(2);
    Item three(3);
    a.push_back(one);
    b.push_back(two);
    b.push_back(three);
    a.take(b);
    EXPECT_EQ(numbers(a), (std::vector<int>{1, 2, 3}));
    EXPECT_TRUE(b.empty());
    a.take(b);
    EXPECT_EQ(numbers(a), (std::vector<int>{1, 2, 3}));
}

TEST(List, OneElementInTwoLists) {
    Items a;
    List<Item, OtherTag> b;
    Item one(1);
    a.push_back(one);
    b.push_back(one);
    EXPECT_EQ(a.pop_front(), &one);
    EXPECT_EQ(b.front(), &one);
}

}  // namespace
}  // namespace breakwater
