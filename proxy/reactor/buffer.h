#pragma once
// Blocks of memory for bytes on their way: counted, pooled by the worker, of one size but for the
// rare head that needs more.
//
// One thread a pool; a Block never leaves the thread of its pool.

#include <cstddef>
#include <span>
#include <string_view>

#include "proxy/base/ref.h"

namespace breakwater {

class BlockPool;

/// Memory for bytes; who holds a Ref keeps them where they are.
class Block final : public Counted {
public:
    [[nodiscard]] char* data() { return bytes_; }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    friend class BlockPool;
    Block(BlockPool* home, char* bytes, std::size_t size_bytes)
        : home_(home), bytes_(bytes), size_(size_bytes) {}
    ~Block() override;
    void release() override;

    BlockPool* home_;
    char* bytes_;
    std::size_t size_;
    Block* next_free_ = nullptr;
};

class BlockPool {
public:
    /// One read of a usual size, and what engine measurements favoured over larger blocks.
    static constexpr std::size_t kBlockBytes = 16 * 1024;
    /// Kept for reuse a worker: 4 MiB. What a burst took beyond that goes back to the system.
    static constexpr std::size_t kKeptBlocks = 256;
    /// A read of bulk: an eighth of the calls. For who has seen more come than a usual block takes, since
    /// it drives what small messages use out of the cache.
    static constexpr std::size_t kBulkBytes = 128 * 1024;
    /// The same: 2 MiB.
    static constexpr std::size_t kKeptBulkBlocks = 16;

    BlockPool() = default;
    BlockPool(const BlockPool&) = delete;
    BlockPool& operator=(const BlockPool&) = delete;
    /// Every Block of it has been released by now.
    ~BlockPool();

    /// A block of kBlockBytes, last used first.
    Ref<Block> take();
    /// A block of kBulkBytes, likewise.
    Ref<Block> take_bulk();
    /// A block of at least `size_bytes`, for what does not fit into a usual one.
    Ref<Block> take_large(std::size_t size_bytes);
    /// Blocks handed out and not released: for tests and metrics.
    [[nodiscard]] std::size_t in_use() const { return in_use_; }

private:
    friend class Block;

    /// Blocks of one size that nobody uses.
    struct Free {
        Block* first = nullptr;
        std::size_t count = 0;
    };

    Ref<Block> take(Free& free, std::size_t size_bytes);
    void put_back(Block* block);
    void put_back(Block* block, Free& free, std::size_t most);

    Free free_;
    Free free_bulk_;
    std::size_t in_use_ = 0;
};

}  // namespace breakwater
