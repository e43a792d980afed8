#pragma once
// Received bytes that nobody has used yet, in a block of the pool. An idle connection holds none.
//
// Where a read has filled a whole block, there is more to come than the usual: the next block is a large
// one, until a read finds less; not while the block before is still held, because then it leaves slowly.
//
// Bytes never move while somebody holds the block: what is parsed in place stays in place.
// One thread.

#include <cstddef>
#include <span>
#include <string_view>

#include "proxy/reactor/buffer.h"
#include "proxy/reactor/byte_stream.h"

namespace breakwater::http1 {

class ReadBuffer {
public:
    explicit ReadBuffer(BlockPool& pool) : pool_(pool) {}

    [[nodiscard]] std::string_view bytes() const {
        return block_ ? std::string_view(block_->data() + begin_, end_ - begin_)
                      : std::string_view{};
    }
    [[nodiscard]] bool empty() const { return begin_ == end_; }
    /// Who keeps bytes() where they are.
    [[nodiscard]] const Ref<Block>& block() const { return block_; }
    void consume(std::size_t count) { begin_ += count; }

    /// Reads once, behind the bytes that are there.
    Tried fill(ByteStream& from);
    /// What comes next is another message: that the last one was large says nothing of it.
    void begin_message() { bulk_ = false; }
    /// Lets go of the block where nothing is in it.
    void release_if_empty();

private:
    /// Less room than this behind the bytes is not worth a read of its own.
    static constexpr std::size_t kLeastRoom = 4 * 1024;

    void make_room();
    /// For what is there and to come, which are `least_bytes`.
    [[nodiscard]] Ref<Block> take_block(std::size_t least_bytes);
    /// Sees to it that bytes() can grow to `total_bytes` in one piece; they may move to another block.
    void make_contiguous_room(std::size_t total_bytes);

    BlockPool& pool_;
    Ref<Block> block_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool bulk_ = false;  ///< the last read found more than a usual block holds
};

}  // namespace breakwater::http1
