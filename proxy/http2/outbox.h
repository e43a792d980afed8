#pragma once
// Bytes on their way out of a connection, gathered so that many frames leave in one write.
//
// In one piece, because a TLS stream wants the same bytes again where it could not write them. One
// thread.

#include <cstddef>
#include <string_view>

#include "proxy/reactor/buffer.h"

namespace breakwater::http2 {

class Outbox {
public:
    /// From here on only what cannot wait is added: no further DATA, no further answer.
    static constexpr std::size_t kFullBytes = 64 * 1024;

    explicit Outbox(BlockPool& pool) : pool_(pool) {}

    [[nodiscard]] bool empty() const { return begin_ == end_; }
    [[nodiscard]] bool full() const { return end_ - begin_ >= kFullBytes; }
    [[nodiscard]] std::string_view bytes() const {
        return block_ ? std::string_view(block_->data() + begin_, end_ - begin_)
                      : std::string_view{};
    }
    void append(std::string_view bytes);
    /// What has left. The block goes with the last of it.
    void consume(std::size_t count);

private:
    void make_room(std::size_t bytes);

    BlockPool& pool_;
    Ref<Block> block_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace breakwater::http2
