#include "proxy/reactor/frame_pool.h"

#include <array>
#include <new>

namespace breakwater {

#if __has_feature(address_sanitizer)

void* allocate_frame(std::size_t size_bytes) { return ::operator new(size_bytes); }
void free_frame(void* frame, std::size_t) noexcept { ::operator delete(frame); }

#else

namespace {

/// An idle connection is three frames: what is rounded up counts. malloc() puts eight bytes in front.
constexpr std::size_t kStepBytes = 32;
constexpr std::size_t kMallocBytes = 8;
constexpr std::size_t kClasses = 64;  ///< frames up to 2 KiB are kept; larger ones are rare
constexpr std::size_t kKeptPerClass = 1024;

struct FreeFrame {
    FreeFrame* next;
};

struct FreeList {
    FreeFrame* first = nullptr;
    std::size_t count = 0;
};

/// Without a destructor, so that no access asks whether it has been constructed.
constinit thread_local std::array<FreeList, kClasses> free_lists{};

/// Ends what the thread has kept, with the thread.
struct Emptying {
    ~Emptying() {
        for (FreeList& list : free_lists) {
            while (FreeFrame* frame = list.first) {
                list.first = frame->next;
                ::operator delete(frame);
            }
        }
    }
};

void* new_frame(std::size_t size_bytes) {
    thread_local const Emptying at_end;
    return ::operator new(size_bytes);
}

constexpr std::size_t class_of(std::size_t size_bytes) {
    return (size_bytes + kMallocBytes - 1) / kStepBytes;
}
constexpr std::size_t bytes_of(std::size_t index) {
    return (index + 1) * kStepBytes - kMallocBytes;
}

}  // namespace

void* allocate_frame(std::size_t size_bytes) {
    const std::size_t index = class_of(size_bytes);
    if (index >= kClasses) return ::operator new(size_bytes);
    FreeList& list = free_lists[index];
    FreeFrame* frame = list.first;
    if (!frame) return new_frame(bytes_of(index));
    list.first = frame->next;
    --list.count;
    return frame;
}

void free_frame(void* frame, std::size_t size_bytes) noexcept {
    const std::size_t index = class_of(size_bytes);
    if (index >= kClasses || free_lists[index].count >= kKeptPerClass) {
        ::operator delete(frame);
        return;
    }
    FreeList& list = free_lists[index];
    list.first = new (frame) FreeFrame{list.first};
    ++list.count;
}

#endif

}  // namespace breakwater
