#pragma once
// Bytes that io_uring has received and nobody has read, moved out of the ring's pieces. A message that comes in
// two pieces is nothing unusual, so what is small is used again.
//
// One thread.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proxy/reactor/uring.h"

namespace breakwater {

struct KeptBytes {
    std::string bytes;
    std::size_t begin = 0;  ///< before it, all has been read
};

class KeptPool {
public:
    using Item = std::unique_ptr<KeptBytes>;

    KeptPool() { spare_.reserve(kMostSpare); }

    /// Empty.
    Item take() {
        if (spare_.empty()) return std::make_unique<KeptBytes>();
        Item item = std::move(spare_.back());
        spare_.pop_back();
        return item;
    }
    void give_back(Item item) {
        if (spare_.size() == kMostSpare || item->bytes.capacity() > kMostBytes) return;
        item->bytes.clear();
        item->begin = 0;
        spare_.push_back(std::move(item));
    }

    static constexpr std::size_t kMostSpare = 64;
    static constexpr std::size_t kMostBytes = 2 * Uring::kPieceBytes;

private:
    std::vector<Item> spare_;
};

}  // namespace breakwater
