#pragma once
// A TCP socket that receives and sends by io_uring.
//
// Receiving has two ways. By the ring: the kernel puts what arrives into pieces that all sockets share,
// and a read copies it out. That is cheaper for messages, but nothing holds a peer back and everything is
// copied twice. So a socket that gets much at once, or is not read in the turn in which something came,
// or is spliced, goes on by system calls under epoll, as Socket does, until a read finds little again.
//
// Small writes gather until the end of the turn, as if the kernel's own buffer had taken them. What that
// then does not take stays here, less than UringPoller::kQueuedBytes, and nothing more is accepted.
//
// One thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "proxy/reactor/socket.h"
#include "proxy/reactor/uring_poller.h"

namespace breakwater {

class UringSocket final : public Socket {
public:
    /// @param poller  of the same loop; outlives this
    UringSocket(Reactor& reactor, UringPoller& poller, Descriptor fd, SocketState state);
    ~UringSocket() override;

    Tried try_read(std::span<char> into) override;
    Tried try_write(std::string_view bytes) override { return try_write2(bytes, {}); }
    Tried try_write2(std::string_view first, std::string_view second) override;
    Tried try_shutdown_write() override;
    Tried try_splice_to(Pipe& pipe, std::size_t most_bytes) override;
    void look_for_more() override;
    void look_for_room() override;
    [[nodiscard]] std::size_t held_bytes() const override {
        return queued_bytes_ + (unsent_ ? unsent_->size() : 0);
    }
    /// Also where the ring had no piece for what has come.
    [[nodiscard]] bool idle_and_intact() const override {
        return !poller_.starved(index_) && Socket::idle_and_intact();
    }
    Tried try_splice_from(Pipe& pipe) override;

    // The poller's.

    /// Takes what has been received. @return whether it is the turn's first, so that end_turn() follows
    bool on_piece(std::uint16_t piece, std::uint16_t bytes);
    /// Whether it goes on receiving by the ring where that was out of pieces.
    [[nodiscard]] bool wants_pieces() const { return receiving_ == Receiving::by_ring; }
    /// @param result  of the last completion: bytes, 0 for the end of what the peer sends, or a
    ///                negative errno
    void on_receiving_ended(int result);
    /// What has not been read must not keep the ring's memory.
    void end_turn();
    /// @param result  bytes, or a negative errno
    void on_sent(int result);
    void on_writable();

private:
    enum class Receiving : std::uint8_t { by_ring, leaving, by_call };

    /// This much in one turn is more than messages are.
    static constexpr std::size_t kMuchBytes = 16 * 1024;

    [[nodiscard]] bool has_received() const { return kept_ || piece_bytes_ > 0; }
    std::size_t take_kept(std::span<char> into);
    /// `bytes` of what is kept have been read.
    void drop_kept(std::size_t bytes);
    std::size_t take_of_piece(std::span<char> into);
    /// Copies what is left of the piece, so that another may come.
    void keep_piece();
    void give_piece_back();
    void leave_ring();
    void receive_by_ring();
    void receive_by_call();
    /// Finds out whether system calls have something to read.
    void peek();
    /// An end, unless it comes of an error that a send was told of.
    [[nodiscard]] Tried as_met(Tried read) const;
    /// Sends what has been accepted. @return false: something is left
    bool flush();
    bool send_unsent();
    /// Where the kernel's buffer is full: sees to it that somebody sets `writable` again. It holds at
    /// all times that this is not set, or the watch is registered, or the ring awaits room.
    void await_room();

    UringPoller& poller_;
    KeptPool::Item kept_;                  ///< older than the piece
    std::unique_ptr<std::string> unsent_;  ///< accepted, and not taken by the kernel's buffer
    std::uint32_t index_;                  ///< the poller's
    std::uint32_t turn_bytes_ = 0;         ///< received in this turn
    const char* queued_ = nullptr;         ///< with the poller, until the end of the turn
    std::uint16_t queued_bytes_ = 0;
    std::uint16_t piece_ = 0;
    std::uint16_t piece_begin_ = 0;
    std::uint16_t piece_bytes_ = 0;  ///< left of it; 0: none
    Receiving receiving_ = Receiving::by_ring;
    std::optional<Err> failed_;  ///< what receiving met, behind what is there to be read
    std::optional<Err> lost_;    ///< what a send met that had been taken before
    bool queues_ = true;         ///< false: the next write is to find out how much the kernel takes
};

}  // namespace breakwater
