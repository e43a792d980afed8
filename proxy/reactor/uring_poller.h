#pragma once
// Events by io_uring, and sockets that receive and send by it (uring_socket.h): what a turn of the loop
// wants to send leaves with one system call, and what has arrived meanwhile is there without another.
// What is no such socket (listeners, connections being opened, large bodies) is watched by epoll, which
// the ring watches in turn.
//
// One thread, that of poll(), but for wake() and the ends of sockets.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "proxy/base/clock.h"
#include "proxy/base/list.h"
#include "proxy/reactor/epoll_poller.h"
#include "proxy/reactor/kept_pool.h"
#include "proxy/reactor/poller.h"
#include "proxy/reactor/uring.h"

namespace breakwater {

class UringSocket;

class UringPoller final : public Poller {
public:
    // The ring is opened by the thread of the first poll(). Where it gets none, all goes on by epoll.

    void add(Watch& watch) override { epoll_.add(watch); }
    void remove(Watch& watch) override { epoll_.remove(watch); }
    bool poll(int timeout_ms) override;
    void wake() override { epoll_.wake(); }
    std::unique_ptr<Socket> make_socket(Reactor& reactor, Descriptor fd,
                                        SocketState state) override;

    // For its sockets.

    /// A send is queued up to this size; what is larger is not worth its copy.
    static constexpr std::size_t kQueuedBytes = 4 * 1024;

    /// @return the socket's number here, until close()
    std::uint32_t open(UringSocket& socket, int fd);
    /// Ends what is under way for it. Its descriptor may be closed then. This and the next also from
    /// another thread, once the loop's has ended.
    void close(std::uint32_t index);
    /// The same, but `rest` is sent first, as the kernel does with what is in its own buffer when a
    /// socket is closed: for kUnsentTime, of the newest kMostUnsent.
    void close_when_sent(std::uint32_t index, Descriptor fd, std::string rest);

    /// Tells the socket of what arrives. @return false: the ring takes no more
    bool receive(std::uint32_t index, bool expected);
    /// Whether something has come for which there was no piece; it follows with the next poll().
    [[nodiscard]] bool starved(std::uint32_t index) const { return slots_[index].starved; }
    /// The socket is told when nothing more will come.
    void stop_receiving(std::uint32_t index);
    /// Tells the socket when there is room to send. @return as receive()
    bool await_writable(std::uint32_t index);
    /// Sends both parts at the end of the turn; the socket is told what came of it. One a socket.
    /// @return where the bytes are until then; null: the ring takes no more
    const char* queue(std::uint32_t index, std::string_view first, std::string_view second);
    /// Sends what is queued now, and tells all sockets of what has completed.
    void flush();

    Uring& ring() { return *ring_; }
    KeptPool& kept() { return kept_; }
    /// Whether there is a ring that this thread may ask for something.
    [[nodiscard]] bool usable() const { return ring_ && thread_ == std::this_thread::get_id(); }

private:
    /// Of a closed socket.
    struct Unsent : ListHook<> {
        Unsent(std::uint32_t its_slot, Descriptor its_fd, std::string rest)
            : slot(its_slot), fd(std::move(its_fd)), bytes(std::move(rest)) {}

        const std::uint32_t slot;
        Descriptor fd;
        std::string bytes;
        const Deadline until = Deadline::after(system_clock().now(), kUnsentTime);
    };
    struct Slot {
        UringSocket* socket = nullptr;  ///< null: closed
        std::unique_ptr<Unsent> unsent;
        int fd = -1;
        bool receiving = false;
        bool starved = false;  ///< it is to receive again, once there are pieces
        bool sending = false;
        bool awaiting = false;  ///< room to send
    };
    /// As long as a connection lingers.
    static constexpr std::chrono::seconds kUnsentTime{5};
    static constexpr std::size_t kMostUnsent = 256;
    static constexpr int kSendsUnseenMs = 10;
    /// What a turn may queue; more leaves at once.
    static constexpr std::size_t kOutboxBytes = 64 * 1024;

    void begin();
    /// What arrived in the turn that ends and was not read moves out of the ring's pieces.
    void settle_received();
    /// Asks again for whom there was no piece: those of the turn that ends are back.
    void receive_again();
    /// Outside of a completion, so that whoever it wakes is not slept upon.
    void end_receiving(UringSocket& socket, int result);
    /// The wait is for more than the sends' own completions, so that they cost no turn; but one of them may
    /// say that its socket is full.
    [[nodiscard]] int patience_ms(int timeout_ms) const;
    void handle_completions();
    void handle(const Uring::Completion& completion);
    void received(const Uring::Completion& completion);
    void sent(const Uring::Completion& completion);
    void writable(std::uint32_t index);
    void send_rest(Unsent& unsent);
    void drop_unsent(std::uint32_t index);
    void drop_late();
    /// A closed slot that nothing is under way for is free.
    void free_if_done(std::uint32_t index);

    EpollPoller epoll_;
    std::unique_ptr<Uring> ring_;
    std::thread::id thread_;  ///< of poll(), once that has been called
    bool epoll_watched_ = false;
    bool epoll_ready_ = false;
    bool told_ = false;  ///< a socket, by end_receiving(): somebody may be ready

    List<Unsent> unsent_;  ///< the oldest first
    std::size_t unsent_count_ = 0;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::vector<std::uint32_t> received_;  ///< slots, in this turn
    std::vector<std::uint32_t> starved_;   ///< the same; some may be closed by now
    std::size_t sends_under_way_ = 0;      ///< queued, not completed
    std::array<char, kOutboxBytes> outbox_;
    std::size_t outbox_used_ = 0;
    KeptPool kept_;
};

}  // namespace breakwater
