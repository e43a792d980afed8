#pragma once
// One HTTP/1.1 message on its way out: its head, then its body, framed.
//
// The head is held back until body bytes, flush() or finish() send it along: head and first bytes
// leave in one write. What a slow peer has not taken yet is bounded: one block, and one chunk kept by
// its owner. One thread.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "proxy/base/clock.h"
#include "proxy/http/body.h"
#include "proxy/reactor/byte_stream.h"
#include "proxy/reactor/room_wait.h"
#include "proxy/reactor/turn_share.h"

namespace breakwater::http1 {

/// How the receiver is told where the body ends.
enum class BodyFraming : std::uint8_t {
    none,     ///< there is no body
    counted,  ///< Content-Length has said it, or the connection's end will
    chunked,
};

class MessageSink final : public http::BodySink {
public:
    /// @param cut, stalled  the rows for a peer that has gone, and for one that does not read.
    MessageSink(ByteStream& stream, BlockPool& blocks, Err cut, Err stalled);

    /// Begins a message with room for a head of `head_bytes`; the caller writes them there. Behind what
    /// is still pending of the message before (pipelining, 1xx).
    /// @param timeout  between two writes; zero: no limit.
    char* begin(std::size_t head_bytes, BodyFraming framing, Duration timeout);
    /// The same without a head: bytes alone.
    void begin(BodyFraming framing, Duration timeout);

    bool try_push(const http::Chunk& chunk) override;
    Eventual<Done> push(http::Chunk chunk) override { return push_later(std::move(chunk)); }
    Eventual<Done> flush() override;
    [[nodiscard]] bool splices() override {
        return framing_ == BodyFraming::counted && stream_.plain_socket();
    }
    Eventual<Done> splice(Pipe& pipe) override;
    Eventual<Done> finish(const http::Fields* trailers) override;
    bool try_finish(const http::Fields* trailers) override;
    [[nodiscard]] bool turn_spent() override { return share_.spent(); }

    /// Since begin(): taken by the stream, and of that the body without its framing (what has been
    /// taken over counts as sent).
    [[nodiscard]] std::uint64_t wire_bytes() const { return wire_bytes_; }
    [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }
    /// Whether a write of this message was tried: over TLS a record may be half sent though no byte of
    /// it counts yet, so from here on the message cannot be another.
    [[nodiscard]] bool begun() const { return begun_; }
    /// When the peer last took something.
    [[nodiscard]] const Time& last_activity() const { return last_activity_; }
    /// Whether the message is complete and all of it has been taken by the stream.
    [[nodiscard]] bool complete() const { return finished_ && nothing_pending(); }
    /// Forgets what has not left, for a message that is given up.
    void drop();

private:
    /// Body bytes up to this are copied behind what is pending and leave with it: cheaper than a
    /// second part of a write.
    static constexpr std::size_t kCopyBytes = 4 * 1024;

    [[nodiscard]] bool nothing_pending() const { return begin_ == end_ && tail_.bytes.empty(); }
    [[nodiscard]] std::size_t room() const { return block_ ? block_->size() - end_ : 0; }
    void make_room(std::size_t bytes);
    void append(std::string_view bytes);
    void append_chunk_header(std::size_t chunk_bytes);
    void end_chunk();
    void end_message(const http::Fields* trailers);
    /// Writes what is pending as far as it goes. @return false: the peer takes no more now.
    Result<bool> write_pending();
    /// The same of a pipe's bytes, behind which nothing is pending.
    Result<bool> write_from(Pipe& pipe);
    Task<Done> splice_later(Pipe& pipe);
    Task<Done> push_later(http::Chunk chunk);
    Task<Done> flush_later();
    /// Until it is worth to try again.
    Task<Done> writable();
    /// Something has been taken: the peer has its time anew.
    void note_progress();
    Task<Done> finish_later(const http::Fields* trailers);
    void wrote(std::size_t count);

    ByteStream& stream_;
    BlockPool& blocks_;
    Err cut_;
    Err stalled_;
    Duration timeout_{};
    BodyFraming framing_ = BodyFraming::none;
    bool finished_ = true;
    bool begun_ = false;
    bool chunk_open_ = false;    ///< a chunk's data is in tail_ and lacks its CRLF
    std::optional<Err> broken_;  ///< of a write in try_push(), said by the next push() or flush()

    Ref<Block> block_;  ///< bytes [begin_, end_) are pending; null when there are none
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    http::Chunk tail_;  ///< pending behind the block
    std::uint64_t wire_bytes_ = 0;
    std::uint64_t body_bytes_ = 0;
    Time last_activity_{};
    RoomWait room_wait_;
    TurnShare<http::kTurnBytes> share_;
};

}  // namespace breakwater::http1
