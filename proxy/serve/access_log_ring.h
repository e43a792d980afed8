#pragma once
// A ring of bytes between one producer and one consumer: entries of any length, each in one piece.
//
// No lock and no allocation after its making, and no copy beside the one into the ring: the producer
// writes an entry where it will lie, the consumer reads it there. The two positions only ever grow;
// their cells are on cache lines of their own, and the producer asks for the other's only when its
// last answer says "full".

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace breakwater::serve {

class LogRing {
public:
    /// @param capacity_bytes  a power of two.
    explicit LogRing(std::size_t capacity_bytes);
    LogRing(const LogRing&) = delete;
    LogRing& operator=(const LogRing&) = delete;

    /// Room for an entry of up to `most_bytes`, aligned to 8. Up to half of the capacity, less 8, there is
    /// always room while the ring is empty. The producer.
    /// @return null where there is none; nothing has happened then.
    [[nodiscard]] char* try_begin(std::size_t most_bytes);
    /// What was begun last is an entry of `bytes`. The producer.
    void commit(std::size_t bytes);

    /// The oldest entry, until pop(); nullopt where there is none. The consumer.
    [[nodiscard]] std::optional<std::span<const char>> front();
    /// After a front() that was one. The consumer.
    void pop();
    /// The consumer. Ordered with the producer's commits and what either does next (sequentially
    /// consistent), so that "empty, hence asleep" and "committed, hence awake?" cannot miss each
    /// other.
    [[nodiscard]] bool empty() const;

private:
    using Word = std::uint64_t;  ///< before each entry: its length

    [[nodiscard]] std::size_t place_of(std::uint64_t position) const {
        return position & (capacity_ - 1);
    }
    [[nodiscard]] Word& word_at(std::uint64_t position) const {
        return memory_[place_of(position) / sizeof(Word)];
    }

    const std::size_t capacity_;
    const std::unique_ptr<Word[]> memory_;
    alignas(64) std::atomic<std::uint64_t> written_{0};
    std::uint64_t read_seen_ = 0;  ///< the producer's
    std::uint64_t begun_ = 0;      ///< the producer's: where the entry lies that it writes
    alignas(64) std::atomic<std::uint64_t> read_{0};
};

}  // namespace breakwater::serve
