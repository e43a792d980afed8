#include "proxy/serve/access_log_ring.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "proxy/base/check.h"

namespace breakwater::serve {
namespace {

using Length = std::uint32_t;

}  // namespace

LogRing::LogRing(std::size_t capacity_bytes)
    : capacity_(capacity_bytes), memory_(std::make_unique<char[]>(capacity_bytes)) {
    CHECK(std::has_single_bit(capacity_bytes));
}

bool LogRing::try_push(std::span<const std::string_view> parts) {
    std::size_t bytes = sizeof(Length);
    for (const std::string_view part : parts) bytes += part.size();

    const std::uint64_t begin = written_.load(std::memory_order_relaxed);
    if (begin + bytes - read_seen_ > capacity_) {
        read_seen_ = read_.load(std::memory_order_acquire);
        if (begin + bytes - read_seen_ > capacity_) return false;
    }

    const auto length = static_cast<Length>(bytes - sizeof(Length));
    copy_in(begin, &length, sizeof(length));
    std::uint64_t at = begin + sizeof(length);
    for (const std::string_view part : parts) {
        copy_in(at, part.data(), part.size());
        at += part.size();
    }
    written_.store(at, std::memory_order_seq_cst);
    return true;
}

bool LogRing::try_pop(std::vector<char>& into) {
    const std::uint64_t begin = read_.load(std::memory_order_relaxed);
    if (begin == written_.load(std::memory_order_acquire)) return false;
    Length length = 0;
    copy_out(begin, &length, sizeof(length));
    into.resize(length);
    copy_out(begin + sizeof(length), into.data(), length);
    read_.store(begin + sizeof(length) + length, std::memory_order_release);
    return true;
}

bool LogRing::empty() const {
    return read_.load(std::memory_order_relaxed) == written_.load(std::memory_order_seq_cst);
}

void LogRing::copy_in(std::uint64_t position, const void* from, std::size_t bytes) {
    if (bytes == 0) return;
    const std::size_t at = position & (capacity_ - 1);
    const std::size_t first = std::min(bytes, capacity_ - at);
    std::memcpy(memory_.get() + at, from, first);
    if (first == bytes) return;
    std::memcpy(memory_.get(), static_cast<const char*>(from) + first, bytes - first);
}

void LogRing::copy_out(std::uint64_t position, void* to, std::size_t bytes) const {
    if (bytes == 0) return;
    const std::size_t at = position & (capacity_ - 1);
    const std::size_t first = std::min(bytes, capacity_ - at);
    std::memcpy(to, memory_.get() + at, first);
    std::memcpy(static_cast<char*>(to) + first, memory_.get(), bytes - first);
}

}  // namespace breakwater::serve
