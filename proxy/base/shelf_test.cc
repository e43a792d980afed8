#include "proxy/base/shelf.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace breakwater {
namespace {

struct Value {
    int key;
};
struct KeyOfValue {
    int operator()(const Value& value) const { return value.key; }
};
using Values = Shelf<Value, KeyOfValue>;
using Map = std::map<int, Values::Item>;

constexpr int kKeys = 1000;  // so that there are several blocks

void change(std::mt19937& random, bool grows, Values& shelf, Map& map) {
    const int key = static_cast<int>(random() % kKeys);
    if (grows || random() % 4 == 0) {
        const auto item = std::make_shared<const Value>(key);
        shelf.put(item);
        map[key] = item;
    } else {
        shelf.remove(key);
        map.erase(key);
    }
}

Map content_of(const Values& shelf) {
    Map content;
    int last = -1;
    for (const auto& item : shelf) {
        EXPECT_LT(last, item->key);
        last = item->key;
        content.emplace(last, item);
    }
    return content;
}

/// `content` with the differences put in: that of `now`, if they are told as they are.
Map patched(Map content, const Values& before, const Values& now) {
    for_each_difference(before, now, [&](const Values::Item& was, const Values::Item& is) {
        EXPECT_NE(was, is);
        const int key = (was ? was : is)->key;
        const auto held = content.find(key);
        EXPECT_EQ(held == content.end() ? nullptr : held->second, was);
        if (is) {
            content[key] = is;
        } else {
            content.erase(key);
        }
    });
    return content;
}

class ShelfTest : public testing::TestWithParam<unsigned> {};

TEST_P(ShelfTest, IsAMapThatKnowsItsDifferences) {
    std::mt19937 random(GetParam());
    Values shelf;
    Map map;
    for (int round = 0; round < 80; ++round) {
        const Values shelf_before = shelf;
        const Map map_before = map;
        const bool grows = round % 20 < 10;
        for (unsigned changes = random() % (round % 3 == 0 ? 300 : 4); changes > 0; --changes) {
            change(random, grows, shelf, map);
        }
        ASSERT_EQ(shelf.size(), map.size());
        ASSERT_EQ(content_of(shelf), map);
        ASSERT_EQ(content_of(shelf_before), map_before);
        ASSERT_EQ(patched(map_before, shelf_before, shelf), map);
        for (int key = 0; key < kKeys; key += 7) {
            const auto held = map.find(key);
            ASSERT_EQ(shelf.get(key), held == map.end() ? nullptr : held->second);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ShelfTest, testing::Range(1U, 6U));

TEST(Shelf, CopiesAreTheSameUntilOneChanges) {
    Values shelf;
    for (int key = 0; key < kKeys; ++key) shelf.put(Value{key});
    const Values before = shelf;
    EXPECT_TRUE(shelf.same_as(before));
    shelf.put(Value{500});
    EXPECT_FALSE(shelf.same_as(before));
    EXPECT_EQ(shelf.get(501), before.get(501));
}

}  // namespace
}  // namespace breakwater
