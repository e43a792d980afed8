#include "proxy/reactor/uring_socket.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "proxy/base/check.h"

namespace breakwater {

UringSocket::UringSocket(Reactor& reactor, UringPoller& poller, Descriptor fd, SocketState state)
    : Socket(reactor, std::move(fd), state),
      poller_(poller),
      index_(poller.open(*this, watch().fd)) {
    const bool connected = state != SocketState::connecting;
    if (connected && poller_.receive(index_, state == SocketState::accepted)) {
        watch().readable = false;
    } else {
        receive_by_call();
    }
}

UringSocket::~UringSocket() {
    look_for_room();
    const bool all_sent = flush();
    give_piece_back();
    if (all_sent) {
        poller_.close(index_);
    } else {
        poller_.close_when_sent(index_, take_descriptor(), std::move(*unsent_));
    }
}

// Receiving.

bool UringSocket::on_piece(std::uint16_t piece, std::uint16_t bytes) {
    keep_piece();
    piece_ = piece;
    piece_begin_ = 0;
    piece_bytes_ = bytes;
    watch().readable = true;
    watch().wake_waiters();
    const bool first = std::exchange(turn_bytes_, turn_bytes_ + bytes) == 0;
    if (turn_bytes_ >= kMuchBytes) leave_ring();
    return first;
}

void UringSocket::keep_piece() {
    if (piece_bytes_ == 0) return;
    if (!kept_) kept_ = poller_.kept().take();
    kept_->bytes.append(poller_.ring().piece(piece_) + piece_begin_, piece_bytes_);
    give_piece_back();
}

void UringSocket::give_piece_back() {
    if (std::exchange(piece_bytes_, 0) > 0) poller_.ring().give_back(piece_);
}

void UringSocket::end_turn() {
    turn_bytes_ = 0;
    if (has_received()) leave_ring();
    keep_piece();
}

void UringSocket::leave_ring() {
    if (receiving_ != Receiving::by_ring) return;
    receiving_ = Receiving::leaving;
    poller_.stop_receiving(index_);
}

void UringSocket::receive_by_ring() {
    if (watch().hung_up || !poller_.receive(index_, false)) return;
    receiving_ = Receiving::by_ring;
    watch().leave();
    await_room();
}

void UringSocket::receive_by_call() {
    receiving_ = Receiving::by_call;
    watch().enter();
}

void UringSocket::on_receiving_ended(int result) {
    receive_by_call();
    // Cancelled by us, or for the kernel's own reasons: it goes on another way.
    const bool goes_on =
        result > 0 || result == -ECANCELED || result == -ENOBUFS || result == -EINTR;
    if (goes_on) {
        if (!has_received()) peek();
    } else {
        if (result < 0) failed_ = error_of(-result);
        watch().readable = watch().hung_up = true;
    }
    watch().wake_waiters();
}

void UringSocket::peek() {
    char next = 0;
    const ssize_t found = recv(watch().fd, &next, 1, MSG_PEEK | MSG_DONTWAIT);
    const bool nothing = found < 0 && (errno == EAGAIN || errno == EINTR);
    watch().readable = !nothing;
    if (found >= 0 || nothing) return;
    failed_ = error_of(errno);  // the kernel says it once
    watch().hung_up = true;
}

std::size_t UringSocket::take_kept(std::span<char> into) {
    if (!kept_) return 0;
    const std::size_t count = std::min(into.size(), kept_->bytes.size() - kept_->begin);
    std::memcpy(into.data(), kept_->bytes.data() + kept_->begin, count);
    drop_kept(count);
    return count;
}

void UringSocket::drop_kept(std::size_t bytes) {
    kept_->begin += bytes;
    if (kept_->begin == kept_->bytes.size()) poller_.kept().give_back(std::move(kept_));
}

std::size_t UringSocket::take_of_piece(std::span<char> into) {
    const std::size_t count = std::min<std::size_t>(into.size(), piece_bytes_);
    if (count == 0) return 0;
    std::memcpy(into.data(), poller_.ring().piece(piece_) + piece_begin_, count);
    if (count == piece_bytes_) {
        give_piece_back();
    } else {
        piece_begin_ += static_cast<std::uint16_t>(count);
        piece_bytes_ -= static_cast<std::uint16_t>(count);
    }
    return count;
}

Tried UringSocket::try_read(std::span<char> into) {
    if (!watch().readable && !watch().hung_up) return Tried::wait();
    std::size_t got = take_kept(into);
    got += take_of_piece(into.subspan(got));
    if (receiving_ != Receiving::by_call) watch().readable = has_received();
    if (got > 0) return Tried::some(got);
    if (failed_) return Tried::failed(*failed_);
    if (receiving_ != Receiving::by_call) return Tried::wait();
    const Tried read = as_met(Socket::try_read(into));
    const bool emptied = !watch().readable;
    if (read.state == Tried::State::some && emptied && read.bytes < kMuchBytes) receive_by_ring();
    return read;
}

Tried UringSocket::as_met(Tried read) const {
    return read.state == Tried::State::end && lost_ ? Tried::failed(*lost_) : read;
}

Tried UringSocket::try_splice_to(Pipe& pipe, std::size_t most_bytes) {
    if (!watch().readable && !watch().hung_up) return Tried::wait();
    keep_piece();
    if (kept_) {
        const std::string_view rest = std::string_view(kept_->bytes).substr(kept_->begin);
        const std::size_t put = pipe.put(rest.substr(0, most_bytes));
        drop_kept(put);
        if (receiving_ != Receiving::by_call) watch().readable = has_received();
        return put > 0 ? Tried::some(put) : Tried::failed(Err::io_failed);
    }
    if (failed_) return Tried::failed(*failed_);
    if (receiving_ == Receiving::by_call) return as_met(Socket::try_splice_to(pipe, most_bytes));
    leave_ring();
    watch().readable = false;
    return Tried::wait();
}

void UringSocket::look_for_more() {
    if (receiving_ == Receiving::by_call && !has_received() && !failed_) peek();
}

// Sending.

Tried UringSocket::try_write2(std::string_view first, std::string_view second) {
    if (!watch().writable || !flush()) return Tried::wait();
    if (lost_) return Tried::failed(*lost_);
    const std::size_t bytes = first.size() + second.size();
    if (std::exchange(queues_, true) && bytes <= UringPoller::kQueuedBytes) {
        queued_ = poller_.queue(index_, first, second);
        if (queued_) {
            queued_bytes_ = static_cast<std::uint16_t>(bytes);
            return Tried::some(bytes);
        }
    }
    const Tried put = Socket::try_write2(first, second);
    await_room();
    return put;
}

void UringSocket::look_for_room() {
    watch().writable = true;
    queues_ = false;
}

void UringSocket::on_sent(int result) {
    const std::size_t queued = std::exchange(queued_bytes_, 0);
    const bool full = result == -EAGAIN || result == -EINTR;
    if (result < 0 && !full) {  // the kernel says it once, and these bytes are gone
        lost_ = error_of(-result);
        return;
    }
    const std::size_t taken = full ? 0 : static_cast<std::size_t>(result);
    if (taken == queued) return;
    unsent_ = std::make_unique<std::string>(queued_ + taken, queued - taken);
    watch().writable = false;
    await_room();
}

bool UringSocket::flush() {
    if (queued_bytes_ > 0) poller_.flush();
    CHECK(queued_bytes_ == 0 || !poller_.usable());
    return send_unsent();
}

bool UringSocket::send_unsent() {
    if (!unsent_) return true;
    while (!unsent_->empty()) {
        const Tried put = Socket::try_write(*unsent_);
        if (put.state == Tried::State::failed) {
            lost_ = put.error;
            break;
        }
        if (put.state == Tried::State::wait) {
            watch().writable = false;  // an interrupted call has left it set
            await_room();
            return false;
        }
        unsent_->erase(0, put.bytes);
    }
    unsent_.reset();
    return true;
}

void UringSocket::await_room() {
    if (watch().writable) return;
    if (watch().registered && !unsent_) return;  // epoll tells the writer
    if (poller_.await_writable(index_)) return;
    failed_ = lost_ = Err::io_failed;
    watch().readable = watch().hung_up = watch().writable = true;
}

void UringSocket::on_writable() {
    watch().writable = true;
    if (send_unsent()) watch().wake_waiters();
}

Tried UringSocket::try_splice_from(Pipe& pipe) {
    if (!watch().writable || !flush()) return Tried::wait();
    if (lost_) return Tried::failed(*lost_);
    const Tried put = Socket::try_splice_from(pipe);
    await_room();
    return put;
}

Tried UringSocket::try_shutdown_write() {
    if (!flush()) return Tried::wait();
    return Socket::try_shutdown_write();
}

}  // namespace breakwater
