#include "proxy/reactor/uring.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "proxy/base/check.h"

namespace breakwater {
namespace {

/// Requests that gather before they are handed over in any case. A turn has a few dozen.
constexpr unsigned kRequests = 256;
/// Room for completions; the kernel keeps what is beyond.
constexpr unsigned kCompletions = 4096;
constexpr int kGroup = 0;  ///< the one group of pieces

constexpr int kMostTries = 1000;

constexpr unsigned kOpBits = 8;

std::uint64_t tag(Uring::Op op, std::uint32_t index) {
    return std::uint64_t{index} << kOpBits | static_cast<std::uint64_t>(op);
}

void name(io_uring_sqe& request, Uring::Op op, std::uint32_t index) {
    io_uring_sqe_set_data64(&request, tag(op, index));
}

/// Of a call that hands over and may wait: what is not one of these is a mistake of ours.
void may_fail(int result) {
    CHECK(result >= 0 || result == -ETIME || result == -EINTR || result == -EAGAIN ||
          result == -EBUSY || result == -ENOMEM);
}

std::unexpected<std::string> refused(const char* what, int result) {
    return std::unexpected(fmt::format("{}: {}", what, std::generic_category().message(-result)));
}

}  // namespace

std::expected<std::unique_ptr<Uring>, std::string> Uring::open() {
    std::unique_ptr<Uring> made(new Uring);
    io_uring_params parameters{};
    // One thread submits, and the kernel's own work runs when that thread asks, not in between.
    parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                       IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE;
    parameters.cq_entries = kCompletions;
    if (const int result = io_uring_queue_init_params(kRequests, &made->ring_, &parameters);
        result != 0) {
        made->ring_.ring_fd = -1;
        return refused("io_uring_setup", result);
    }
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(made->places_.get());
    registration.ring_entries = kPieces;
    registration.bgid = kGroup;
    io_uring_buf_ring_init(made->places());
    if (const int result = io_uring_register_buf_ring(&made->ring_, &registration, 0);
        result != 0) {
        return refused("io_uring_register", result);
    }
    for (std::uint16_t id = 0; id < kPieces; ++id) made->give_back(id);
    io_uring_register_ring_fd(
        &made->ring_);  // saves a look-up a call; where it fails, nothing does
    return made;
}

Uring::~Uring() {
    if (ring_.ring_fd >= 0) io_uring_queue_exit(&ring_);
}

io_uring_sqe* Uring::next() {
    io_uring_sqe* const request = io_uring_get_sqe(&ring_);
    if (request) return request;
    submit();
    return io_uring_get_sqe(&ring_);
}

bool Uring::receive(std::uint32_t index, int fd, bool expected) {
    io_uring_sqe* const request = next();
    if (!request) return false;
    io_uring_prep_recv_multishot(request, fd, nullptr, 0, 0);
    if (!expected) request->ioprio |= IORING_RECVSEND_POLL_FIRST;
    request->flags |= IOSQE_BUFFER_SELECT;
    request->buf_group = kGroup;
    name(*request, Op::receive, index);
    return true;
}

bool Uring::send(std::uint32_t index, int fd, std::string_view bytes) {
    io_uring_sqe* const request = next();
    if (!request) return false;
    io_uring_prep_send(request, fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    name(*request, Op::send, index);
    return true;
}

bool Uring::await_writable(std::uint32_t index, int fd) {
    io_uring_sqe* const request = next();
    if (!request) return false;
    io_uring_prep_poll_add(request, fd, POLLOUT);
    name(*request, Op::writable, index);
    return true;
}

bool Uring::watch_readable(int fd) {
    io_uring_sqe* const request = next();
    if (!request) return false;
    io_uring_prep_poll_multishot(request, fd, POLLIN);
    name(*request, Op::readable, 0);
    return true;
}

bool Uring::cancel(Op op, std::uint32_t index) {
    io_uring_sqe* const request = next();
    if (!request) return false;
    io_uring_prep_cancel64(request, tag(op, index), 0);
    request->flags |= IOSQE_CQE_SKIP_SUCCESS;
    name(*request, Op::none, 0);
    return true;
}

void Uring::submit() {
    for (int tries = 0; io_uring_sq_ready(&ring_) > 0; ++tries) {
        CHECK(tries < kMostTries);  // the kernel has no memory, as when malloc() fails
        may_fail(io_uring_submit(&ring_));
    }
}

void Uring::wait(int timeout_ms, std::size_t sends) {
    // With a completion at hand the other call would return at once and let the kernel do nothing.
    if (timeout_ms == 0 || io_uring_cq_ready(&ring_) > 0) {
        may_fail(io_uring_submit_and_get_events(&ring_));
    } else {
        __kernel_timespec limit{};
        limit.tv_sec = timeout_ms / 1000;
        limit.tv_nsec = timeout_ms % 1000 * 1'000'000LL;
        io_uring_cqe* first = nullptr;
        may_fail(io_uring_submit_and_wait_timeout(&ring_, &first, static_cast<unsigned>(sends) + 1,
                                                  timeout_ms < 0 ? nullptr : &limit, nullptr));
    }
    submit();  // what was not taken
}

std::size_t Uring::take(std::span<Completion> into) {
    std::array<io_uring_cqe*, 32> found;
    const auto most = static_cast<unsigned>(std::min(found.size(), into.size()));
    const unsigned count = io_uring_peek_batch_cqe(&ring_, found.data(), most);
    for (unsigned i = 0; i < count; ++i) {
        const io_uring_cqe& from = *found[i];
        into[i] = {.op = static_cast<Op>(from.user_data & ((1U << kOpBits) - 1)),
                   .more = (from.flags & IORING_CQE_F_MORE) != 0,
                   .has_piece = (from.flags & IORING_CQE_F_BUFFER) != 0,
                   .piece = static_cast<std::uint16_t>(from.flags >> IORING_CQE_BUFFER_SHIFT),
                   .index = static_cast<std::uint32_t>(from.user_data >> kOpBits),
                   .result = from.res};
    }
    io_uring_cq_advance(&ring_, count);
    return count;
}

void Uring::give_back(std::uint16_t id) {
    io_uring_buf_ring_add(places(), memory_->data() + id * kPieceBytes, kPieceBytes, id,
                          io_uring_buf_ring_mask(kPieces), 0);
    io_uring_buf_ring_advance(places(), 1);
}

}  // namespace breakwater
