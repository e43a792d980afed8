#include "proxy/http2/outbox.h"

#include <cstring>

namespace breakwater::http2 {

void Outbox::append(std::string_view bytes) {
    if (bytes.empty()) return;
    make_room(bytes.size());
    std::memcpy(block_->data() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
}

void Outbox::consume(std::size_t count) {
    begin_ += count;
    if (!empty()) return;
    begin_ = end_ = 0;
    block_.reset();
}

void Outbox::make_room(std::size_t bytes) {
    if (block_ && block_->size() - end_ >= bytes) return;
    const std::string_view kept = this->bytes();
    const std::size_t needed = kept.size() + bytes;
    Ref<Block> larger = needed <= BlockPool::kBlockBytes  ? pool_.take()
                        : needed <= BlockPool::kBulkBytes ? pool_.take_bulk()
                                                          : pool_.take_large(2 * needed);
    if (!kept.empty()) std::memcpy(larger->data(), kept.data(), kept.size());
    block_ = std::move(larger);
    begin_ = 0;
    end_ = kept.size();
}

}  // namespace breakwater::http2
