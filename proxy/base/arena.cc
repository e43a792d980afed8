#include "proxy/base/arena.h"

#include <algorithm>
#include <cstdint>

namespace breakwater {

Arena::Arena() : first_(new char[kFirstBlockBytes]) { reset(); }

Arena::~Arena() {
    end_owned();
    for (char* block : further_) delete[] block;
    delete[] first_;
}

void Arena::end_owned() {
    while (const Owned* owned = owned_) {
        owned_ = owned->before;  // first, because what ends may look at the arena
        owned->end(owned->object);
    }
}

void Arena::reset() {
    end_owned();
    for (char* block : further_) delete[] block;
    further_.clear();
    cursor_ = reinterpret_cast<std::uintptr_t>(first_);
    end_ = cursor_ + kFirstBlockBytes;
}

void* Arena::allocate_slow(std::size_t size_bytes, std::size_t alignment) {
    const std::size_t block_bytes = std::max(kNextBlockBytes, size_bytes + alignment);
    further_.push_back(new char[block_bytes]);
    cursor_ = reinterpret_cast<std::uintptr_t>(further_.back());
    end_ = cursor_ + block_bytes;
    return allocate(size_bytes, alignment);
}

}  // namespace breakwater
