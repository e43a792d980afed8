#include "proxy/reactor/buffer.h"

#include <new>

namespace breakwater {
namespace {

#if __has_feature(address_sanitizer)
constexpr bool kReuse = false;  // so that a use after release is found
#else
constexpr bool kReuse = true;
#endif

}  // namespace

Block::~Block() { ::operator delete(bytes_); }

void Block::release() { home_->put_back(this); }

BlockPool::~BlockPool() {
    for (Free* free : {&free_, &free_bulk_}) {
        while (Block* block = free->first) {
            free->first = block->next_free_;
            delete block;
        }
    }
}

Ref<Block> BlockPool::take() { return take(free_, kBlockBytes); }
Ref<Block> BlockPool::take_bulk() { return take(free_bulk_, kBulkBytes); }

Ref<Block> BlockPool::take(Free& free, std::size_t size_bytes) {
    if (!free.first) return take_large(size_bytes);
    Block* block = free.first;
    free.first = block->next_free_;
    --free.count;
    ++in_use_;
    return Ref<Block>(block);
}

Ref<Block> BlockPool::take_large(std::size_t size_bytes) {
    auto* bytes = static_cast<char*>(::operator new(size_bytes));
    ++in_use_;
    return Ref<Block>(new Block(this, bytes, size_bytes));
}

void BlockPool::put_back(Block* block) {
    --in_use_;
    switch (block->size()) {
        case kBlockBytes: return put_back(block, free_, kKeptBlocks);
        case kBulkBytes: return put_back(block, free_bulk_, kKeptBulkBlocks);
        default: delete block;
    }
}

void BlockPool::put_back(Block* block, Free& free, std::size_t most) {
    if (!kReuse || free.count >= most) {
        delete block;
        return;
    }
    block->next_free_ = free.first;
    free.first = block;
    ++free.count;
}

}  // namespace breakwater
