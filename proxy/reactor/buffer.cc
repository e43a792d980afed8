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
    while (Block* block = free_) {
        free_ = block->next_free_;
        delete block;
    }
}

Ref<Block> BlockPool::take() {
    if (!free_) return take_large(kBlockBytes);
    Block* block = free_;
    free_ = block->next_free_;
    --free_count_;
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
    if (!kReuse || block->size() != kBlockBytes || free_count_ >= kKeptBlocks) {
        delete block;
        return;
    }
    block->next_free_ = free_;
    free_ = block;
    ++free_count_;
}

}  // namespace breakwater
