#pragma once
// The two rings that a thread shares with the kernel (io_uring(7)): what it asks for, what came of it,
// and the memory that the kernel receives into. liburing's calls in our types.
//
// Requests gather and leave together, with submit() or wait(). One thread, that of open(); its end may be
// on another, once that thread has ended.

#include <liburing.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace breakwater {

class Uring {
public:
    /// What a completion answers.
    enum class Op : std::uint8_t {
        receive,   ///< many completions until the one without `more`
        send,      ///< `result` are the bytes taken, or a negative errno
        writable,  ///< once
        readable,  ///< many
        none,      ///< of no interest
    };
    struct Completion {
        Op op = Op::none;
        bool more = false;       ///< the request goes on
        bool has_piece = false;  ///< `piece` was received into, `result` bytes of it
        std::uint16_t piece = 0;
        std::uint32_t index = 0;  ///< what the request was made with
        int result = 0;           ///< or a negative errno
    };

    /// A piece is what one receive fills: most messages are shorter.
    static constexpr std::size_t kPieceBytes = 4 * 1024;
    /// All of one ring's: what can be received between two looks at the completions.
    static constexpr std::uint16_t kPieces = 64;

    /// @return why the kernel refuses: it is older than 6.1, or a sysctl or a seccomp profile forbids it
    static std::expected<std::unique_ptr<Uring>, std::string> open();
    Uring(const Uring&) = delete;
    Uring& operator=(const Uring&) = delete;
    ~Uring();

    // Each is false where the kernel takes no more requests: it is out of memory.

    /// Receives into pieces until cancelled, ended, failed, or out of pieces (ENOBUFS).
    /// @param expected  whether there may be bytes already
    bool receive(std::uint32_t index, int fd, bool expected);
    /// Sends what can be sent at once. The bytes stay until the completion.
    bool send(std::uint32_t index, int fd, std::string_view bytes);
    bool await_writable(std::uint32_t index, int fd);
    /// Says each time that the descriptor has become readable.
    bool watch_readable(int fd);
    bool cancel(Op op, std::uint32_t index);

    /// Hands over what has gathered, all of it: sends have been carried out when it returns.
    void submit();
    /// The same, then waits for a completion beyond those of the sends.
    /// @param timeout_ms  -1: for ever
    void wait(int timeout_ms, std::size_t sends);
    /// The oldest completions. @return how many
    std::size_t take(std::span<Completion> into);

    [[nodiscard]] const char* piece(std::uint16_t id) const {
        return memory_->data() + id * kPieceBytes;
    }
    /// The kernel may fill it again.
    void give_back(std::uint16_t id);

private:
    struct alignas(4096) Memory : std::array<char, kPieces * kPieceBytes> {};
    /// Begins on a page, of which arm64 has some of 64 KiB.
    struct alignas(64 * 1024) Places : std::array<io_uring_buf, kPieces> {};

    Uring() = default;
    /// Room for a request; null: see above.
    io_uring_sqe* next();
    io_uring_buf_ring* places() { return reinterpret_cast<io_uring_buf_ring*>(places_.get()); }

    io_uring ring_{};
    std::unique_ptr<Memory> memory_ = std::make_unique_for_overwrite<Memory>();
    std::unique_ptr<Places> places_ = std::make_unique_for_overwrite<Places>();
};

}  // namespace breakwater
