#pragma once
// Immutable values in the order of a key, cheap to copy and to compare with what they were.
//
// They lie in blocks that are never changed: copies share them, and a change makes one block anew. So a
// copy costs a pointer a block, the difference of two versions the blocks in which they differ, and
// what was not touched is the same pointer in both.
//
// One Shelf belongs to one thread; two copies may be used on two threads at once.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace breakwater {

/// @tparam KeyOf  a function object that gives the key of a T: a type with an order that is cheap to
///                copy. What it borrows lives as long as the T.
template <class T, class KeyOf>
class Shelf {
public:
    using Item = std::shared_ptr<const T>;
    using Key = std::invoke_result_t<KeyOf, const T&>;

private:
    using Block = std::vector<Item>;
    using Blocks = std::vector<std::shared_ptr<const Block>>;

public:
    /// Goes over the items; valid until the shelf changes.
    class Iterator {
    public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        Iterator(const Blocks& blocks, std::size_t block) : blocks_(&blocks), block_(block) {}

        const Item& operator*() const { return (*(*blocks_)[block_])[at_]; }
        const Item* operator->() const { return &**this; }
        Iterator& operator++() {
            if (++at_ == (*blocks_)[block_]->size()) skip_block();
            return *this;
        }
        Iterator operator++(int) {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

    private:
        friend class Shelf;

        [[nodiscard]] bool at_end() const { return block_ == blocks_->size(); }
        /// Both are at the beginning of the same block, and so go on equally until its end.
        [[nodiscard]] bool shares_block_with(const Iterator& other) const {
            return at_ == 0 && other.at_ == 0 &&
                   (*blocks_)[block_] == (*other.blocks_)[other.block_];
        }
        void skip_block() {
            ++block_;
            at_ = 0;
        }

        const Blocks* blocks_ = nullptr;
        std::size_t block_ = 0;
        std::size_t at_ = 0;
    };

    [[nodiscard]] Iterator begin() const { return {blocks_, 0}; }
    [[nodiscard]] Iterator end() const { return {blocks_, blocks_.size()}; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

    /// @return null where there is none; borrowed until the shelf changes.
    [[nodiscard]] const T* find(Key key) const {
        const Item* const item = look_up(key);
        return item ? item->get() : nullptr;
    }
    /// @return a null pointer where there is none.
    [[nodiscard]] Item get(Key key) const {
        const Item* const item = look_up(key);
        return item ? *item : nullptr;
    }
    [[nodiscard]] bool contains(Key key) const { return look_up(key) != nullptr; }
    /// Nothing was put or removed since one was copied from the other.
    [[nodiscard]] bool same_as(const Shelf& other) const { return blocks_ == other.blocks_; }

    /// In the place of the item with the same key, if there is one.
    void put(Item item) {
        if (blocks_.empty()) return put_first(item);
        const Key key = KeyOf{}(*item);
        const std::size_t at = std::min(block_of(key), blocks_.size() - 1);
        Block block = *blocks_[at];
        const auto place = place_of(key, block);
        if (place != block.end() && key_of(*place) == key) {
            *place = std::move(item);
        } else {
            block.insert(place, std::move(item));
            ++size_;
        }
        replace(at, std::move(block));
    }
    /// For tests and other makers of values.
    void put(T value) { put(std::make_shared<const T>(std::move(value))); }

    void remove(Key key) {
        if (!contains(key)) return;
        const std::size_t at = block_of(key);
        Block block = *blocks_[at];
        block.erase(place_of(key, block));
        --size_;
        replace(at, std::move(block));
    }

    /// Calls `tell(was, is)` with the two items of each key that differ by pointer, null where there is
    /// none.
    template <class Tell>
    friend void for_each_difference(const Shelf& before, const Shelf& now, const Tell& tell) {
        static const Item kNone;
        Iterator was = before.begin();
        Iterator is = now.begin();
        while (!was.at_end() && !is.at_end()) {
            if (was.shares_block_with(is)) {
                was.skip_block();
                is.skip_block();
            } else if (key_of(*is) < key_of(*was)) {
                tell(kNone, *is++);
            } else if (key_of(*was) < key_of(*is)) {
                tell(*was++, kNone);
            } else {
                if (*was != *is) tell(*was, *is);
                ++was;
                ++is;
            }
        }
        while (!was.at_end()) tell(*was++, kNone);
        while (!is.at_end()) tell(kNone, *is++);
    }

private:
    /// So that a change copies a few cache lines, and a copy of ten thousand items some hundred pointers.
    static constexpr std::size_t kMostInBlock = 128;

    static Key key_of(const Item& item) { return KeyOf{}(*item); }
    /// The first item of the block that is not before `key`.
    static auto place_of(Key key, auto& block) {
        return std::ranges::lower_bound(block, key, std::less<>(), key_of);
    }
    /// The first block that does not end before `key`: the one that has it, if any has.
    [[nodiscard]] std::size_t block_of(Key key) const {
        const auto last_key = [](const auto& block) { return key_of(block->back()); };
        const auto found = std::ranges::lower_bound(blocks_, key, std::less<>(), last_key);
        return static_cast<std::size_t>(found - blocks_.begin());
    }
    [[nodiscard]] const Item* look_up(Key key) const {
        const std::size_t at = block_of(key);
        if (at == blocks_.size()) return nullptr;
        const auto place = place_of(key, *blocks_[at]);
        return key_of(*place) == key ? &*place : nullptr;
    }
    void put_first(const Item& item) {
        blocks_.push_back(std::make_shared<const Block>(1, item));
        size_ = 1;
    }
    void replace(std::size_t at, Block block) {
        const auto place = blocks_.begin() + static_cast<std::ptrdiff_t>(at);
        if (block.empty()) {
            blocks_.erase(place);
            return;
        }
        if (block.size() > kMostInBlock) {
            const auto half = block.begin() + kMostInBlock / 2;
            blocks_.insert(place + 1, std::make_shared<const Block>(half, block.end()));
            block.erase(half, block.end());
        }
        blocks_[at] = std::make_shared<const Block>(std::move(block));
    }

    Blocks blocks_;  ///< none empty
    std::size_t size_ = 0;
};

}  // namespace breakwater
