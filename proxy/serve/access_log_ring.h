#pragma once
// A ring of bytes between one producer and one consumer: entries of any length, whole or not at
// all.
//
// No lock and no allocation after its making. An entry is its length and its bytes; it may go over
// the end of the memory and on at its start. The two positions only ever grow; their cells are on
// cache lines of their own, and the producer asks for the other's only when its last answer says
// "full".

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace breakwater::serve {

class LogRing {
public:
    /// @param capacity_bytes  a power of two.
    explicit LogRing(std::size_t capacity_bytes);
    LogRing(const LogRing&) = delete;
    LogRing& operator=(const LogRing&) = delete;

    /// The parts, one after the other, as one entry. The producer.
    /// @return false where there is no room; nothing has happened then.
    [[nodiscard]] bool try_push(std::span<const std::string_view> parts);

    /// Puts the oldest entry in the place of what `into` holds. The consumer.
    /// @return false where there is none.
    [[nodiscard]] bool try_pop(std::vector<char>& into);
    /// The consumer. Ordered with the producer's pushes and what either does next (sequentially
    /// consistent), so that "empty, hence asleep" and "pushed, hence awake?" cannot miss each
    /// other.
    [[nodiscard]] bool empty() const;

private:
    void copy_in(std::uint64_t position, const void* from, std::size_t bytes);
    void copy_out(std::uint64_t position, void* to, std::size_t bytes) const;

    const std::size_t capacity_;
    const std::unique_ptr<char[]> memory_;
    alignas(64) std::atomic<std::uint64_t> written_{0};
    std::uint64_t read_seen_ = 0;  ///< the producer's
    alignas(64) std::atomic<std::uint64_t> read_{0};
};

}  // namespace breakwater::serve
