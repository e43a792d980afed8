#include "proxy/http2/memory.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <new>

#include "proxy/reactor/frame_pool.h"

namespace breakwater::http2 {
namespace {

/// In front of each piece: its size, which free() is not told.
constexpr std::size_t kHeaderBytes = alignof(std::max_align_t);

std::size_t& size_of(void* piece) {
    return *reinterpret_cast<std::size_t*>(static_cast<char*>(piece) - kHeaderBytes);
}

void* take(std::size_t size_bytes, void* /*unused*/) {
    if (size_bytes > std::numeric_limits<std::size_t>::max() - kHeaderBytes) return nullptr;
    void* const piece =
        static_cast<char*>(allocate_frame(size_bytes + kHeaderBytes)) + kHeaderBytes;
    size_of(piece) = size_bytes;
    return piece;
}

void give_back(void* piece, void* /*unused*/) {
    if (!piece) return;
    free_frame(static_cast<char*>(piece) - kHeaderBytes, size_of(piece) + kHeaderBytes);
}

void* take_zeroed(std::size_t count, std::size_t size_bytes, void* /*unused*/) {
    if (size_bytes != 0 && count > std::numeric_limits<std::size_t>::max() / size_bytes) {
        return nullptr;
    }
    void* const piece = take(count * size_bytes, nullptr);
    if (piece) std::memset(piece, 0, count * size_bytes);
    return piece;
}

void* take_again(void* piece, std::size_t size_bytes, void* /*unused*/) {
    if (!piece) return take(size_bytes, nullptr);
    void* const larger = take(size_bytes, nullptr);
    if (!larger) return nullptr;
    std::memcpy(larger, piece, std::min(size_bytes, size_of(piece)));
    give_back(piece, nullptr);
    return larger;
}

}  // namespace

nghttp2_mem* session_memory() {
    static nghttp2_mem memory{nullptr, take, give_back, take_zeroed, take_again};
    return &memory;
}

}  // namespace breakwater::http2
