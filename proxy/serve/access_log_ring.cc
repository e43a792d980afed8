#include "proxy/serve/access_log_ring.h"

#include <bit>

#include "proxy/base/check.h"

namespace breakwater::serve {
namespace {

/// In the place of a length: nothing more lies before the memory's end.
constexpr std::uint64_t kGoOnAtStart = ~std::uint64_t{0};

/// What an entry takes, its length and its padding included.
constexpr std::size_t space_of(std::size_t bytes) {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    return kWord + (bytes + kWord - 1) / kWord * kWord;
}

}  // namespace

LogRing::LogRing(std::size_t capacity_bytes)
    : capacity_(capacity_bytes), memory_(std::make_unique<Word[]>(capacity_bytes / sizeof(Word))) {
    CHECK(std::has_single_bit(capacity_bytes) && capacity_bytes >= sizeof(Word));
}

char* LogRing::try_begin(std::size_t most_bytes) {
    const std::uint64_t begin = written_.load(std::memory_order_relaxed);
    const std::size_t to_end = capacity_ - place_of(begin);
    const std::size_t space = space_of(most_bytes);
    const std::size_t skipped = space <= to_end ? 0 : to_end;
    const std::uint64_t end = begin + skipped + space;
    if (end - read_seen_ > capacity_) {
        read_seen_ = read_.load(std::memory_order_acquire);
        if (end - read_seen_ > capacity_) return nullptr;
    }
    if (skipped > 0) word_at(begin) = kGoOnAtStart;
    begun_ = begin + skipped;
    return reinterpret_cast<char*>(&word_at(begun_) + 1);
}

void LogRing::commit(std::size_t bytes) {
    word_at(begun_) = bytes;
    written_.store(begun_ + space_of(bytes), std::memory_order_seq_cst);
}

std::optional<std::span<const char>> LogRing::front() {
    std::uint64_t begin = read_.load(std::memory_order_relaxed);
    if (begin == written_.load(std::memory_order_acquire)) return std::nullopt;
    if (word_at(begin) == kGoOnAtStart) {
        begin += capacity_ - place_of(begin);
        read_.store(begin, std::memory_order_release);
    }
    const Word& length = word_at(begin);
    return std::span(reinterpret_cast<const char*>(&length + 1), length);
}

void LogRing::pop() {
    const std::uint64_t begin = read_.load(std::memory_order_relaxed);
    read_.store(begin + space_of(word_at(begin)), std::memory_order_release);
}

bool LogRing::empty() const {
    return read_.load(std::memory_order_relaxed) == written_.load(std::memory_order_seq_cst);
}

}  // namespace breakwater::serve
