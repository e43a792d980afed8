#pragma once
// What this process has of the heap: the proxy of a scenario, and the scenario itself.
//
// Any thread; of a loop that has come to rest it says something.

#include <malloc.h>

#include <cstddef>

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#include <sanitizer/allocator_interface.h>
#endif

namespace breakwater::test {

/// Bytes that are allocated and not freed.
inline std::size_t allocated_bytes() {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return __sanitizer_get_current_allocated_bytes();
#else
    return mallinfo2().uordblks;
#endif
}

}  // namespace breakwater::test
