#include "proxy/http1/read_buffer.h"

#include <cstring>

namespace breakwater::http1 {

void ReadBuffer::make_room() {
    if (block_ && empty() && block_.unique()) {
        begin_ = end_ = 0;
        return;
    }
    if (block_ && block_->size() - end_ >= kLeastRoom) return;
    make_contiguous_room(bytes().size() + kLeastRoom);
}

void ReadBuffer::make_contiguous_room(std::size_t total_bytes) {
    if (block_ && block_->size() - begin_ >= total_bytes) return;
    Ref<Block> larger =
        total_bytes <= BlockPool::kBlockBytes ? pool_.take() : pool_.take_large(total_bytes);
    const std::string_view rest = bytes();
    if (!rest.empty()) std::memcpy(larger->data(), rest.data(), rest.size());
    begin_ = 0;
    end_ = rest.size();
    block_ = std::move(larger);
}

Tried ReadBuffer::fill(ByteStream& from) {
    make_room();
    const Tried got = from.try_read(std::span(block_->data() + end_, block_->size() - end_));
    if (got.state == Tried::State::some) end_ += got.bytes;
    return got;
}

void ReadBuffer::release_if_empty() {
    if (!empty()) return;
    block_.reset();
    begin_ = end_ = 0;
}

}  // namespace breakwater::http1
