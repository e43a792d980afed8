#pragma once
// Memory of coroutine frames: free lists by size, one set per thread, because a request makes and
// ends several frames and malloc would cost as much as the parser.
//
// Under AddressSanitizer it is plain new and delete, so that a frame used after its end is found.

#include <cstddef>

namespace breakwater {

/// @param size_bytes at least 1. A frame may be freed on the thread that allocated it only.
void* allocate_frame(std::size_t size_bytes);
void free_frame(void* frame, std::size_t size_bytes) noexcept;

}  // namespace breakwater
