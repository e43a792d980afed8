#include "proxy/http1/read_buffer.h"

#include <algorithm>
#include <cstring>

namespace breakwater::http1 {

Ref<Block> ReadBuffer::take_block(std::size_t least_bytes) {
    const bool leaves_fast = !block_ || block_.unique();
    if (bulk_ && empty() && leaves_fast) return pool_.take_bulk();
    return least_bytes <= BlockPool::kBlockBytes ? pool_.take() : pool_.take_large(least_bytes);
}

void ReadBuffer::make_room() {
    const bool outgrown = bulk_ && block_ && block_->size() < BlockPool::kBulkBytes;
    if (block_ && empty() && block_.unique() && !outgrown) {
        begin_ = end_ = 0;
        return;
    }
    if (block_ && block_->size() - end_ >= kLeastRoom) return;
    // Twice as much each time, so that a long head is not copied over and over.
    make_contiguous_room(bytes().size() + std::max(bytes().size(), kLeastRoom));
}

void ReadBuffer::make_contiguous_room(std::size_t total_bytes) {
    if (block_ && block_->size() - begin_ >= total_bytes) return;
    Ref<Block> larger = take_block(total_bytes);
    const std::string_view rest = bytes();
    if (!rest.empty()) std::memcpy(larger->data(), rest.data(), rest.size());
    begin_ = 0;
    end_ = rest.size();
    block_ = std::move(larger);
}

Tried ReadBuffer::fill(ByteStream& from) {
    if (from.idle_and_intact()) return Tried::wait();  // without a block for nothing
    make_room();
    const std::size_t room = block_->size() - end_;
    const Tried got = from.try_read(std::span(block_->data() + end_, room));
    if (got.state != Tried::State::some) return got;
    end_ += got.bytes;
    // A full read of the little room behind a head says nothing yet.
    bulk_ = bulk_ ? got.bytes > BlockPool::kBlockBytes : got.bytes == room && room > kLeastRoom;
    return got;
}

void ReadBuffer::release_if_empty() {
    if (!empty()) return;
    block_.reset();
    begin_ = end_ = 0;
}

}  // namespace breakwater::http1
