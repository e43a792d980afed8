#include "proxy/reactor/uring_poller.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/log.h"
#include "proxy/reactor/uring_socket.h"

namespace breakwater {

std::unique_ptr<Socket> UringPoller::make_socket(Reactor& reactor, Descriptor fd,
                                                 SocketState state) {
    return std::make_unique<UringSocket>(reactor, *this, std::move(fd), state);
}

void UringPoller::begin() {
    thread_ = std::this_thread::get_id();
    auto opened = Uring::open();
    if (opened) {
        ring_ = std::move(*opened);
    } else {
        log::warn("a worker goes on by epoll", {{"reason", opened.error()}});
    }
}

bool UringPoller::poll(int timeout_ms) {
    if (thread_ == std::thread::id()) begin();
    if (!ring_) return epoll_.poll(timeout_ms);
    settle_received();
    receive_again();
    drop_late();
    if (!epoll_watched_) epoll_watched_ = ring_->watch_readable(epoll_.fd());
    ring_->wait(std::exchange(told_, false) || epoll_ready_ ? 0 : patience_ms(timeout_ms),
                sends_under_way_);
    handle_completions();
    if (!std::exchange(epoll_ready_, false)) return false;
    const bool woken = epoll_.poll(0);
    epoll_ready_ = epoll_.more();
    return woken;
}

int UringPoller::patience_ms(int timeout_ms) const {
    if (sends_under_way_ == 0) return timeout_ms;
    return timeout_ms < 0 ? kSendsUnseenMs : std::min(timeout_ms, kSendsUnseenMs);
}

void UringPoller::settle_received() {
    for (const std::uint32_t index : received_) {
        if (UringSocket* const socket = slots_[index].socket) socket->end_turn();
    }
    received_.clear();
}

void UringPoller::receive_again() {
    for (const std::uint32_t index : starved_) {
        Slot& slot = slots_[index];
        if (!std::exchange(slot.starved, false)) continue;
        slot.receiving = slot.socket && ring_->receive(index, slot.fd, true);
        if (slot.socket && !slot.receiving) end_receiving(*slot.socket, -ENOBUFS);
        free_if_done(index);
    }
    starved_.clear();
}

void UringPoller::end_receiving(UringSocket& socket, int result) {
    told_ = true;
    socket.on_receiving_ended(result);
}

void UringPoller::flush() {
    if (!usable()) return;
    ring_->submit();
    handle_completions();
}

void UringPoller::handle_completions() {
    std::array<Uring::Completion, 32> batch;
    while (const std::size_t count = ring_->take(batch)) {
        for (std::size_t i = 0; i < count; ++i) handle(batch[i]);
    }
    if (sends_under_way_ == 0) outbox_used_ = 0;
}

void UringPoller::handle(const Uring::Completion& completion) {
    switch (completion.op) {
        case Uring::Op::receive: received(completion); break;
        case Uring::Op::send: sent(completion); break;
        case Uring::Op::writable: writable(completion.index); break;
        case Uring::Op::readable:
            epoll_ready_ = true;
            epoll_watched_ = completion.more;
            break;
        case Uring::Op::none: break;
    }
}

void UringPoller::received(const Uring::Completion& completion) {
    Slot& slot = slots_[completion.index];
    slot.receiving = completion.more;
    const bool bytes = completion.result > 0;
    if (completion.has_piece && !(bytes && slot.socket)) ring_->give_back(completion.piece);
    if (!slot.socket) {
        free_if_done(completion.index);
        return;
    }
    if (bytes) {
        const auto count = static_cast<std::uint16_t>(completion.result);
        if (slot.socket->on_piece(completion.piece, count)) received_.push_back(completion.index);
    }
    if (completion.more) return;
    if (completion.result == -ENOBUFS && slot.socket->wants_pieces()) {
        slot.starved = true;
        starved_.push_back(completion.index);
    } else {
        slot.socket->on_receiving_ended(completion.result);
    }
}

void UringPoller::sent(const Uring::Completion& completion) {
    --sends_under_way_;
    Slot& slot = slots_[completion.index];
    slot.sending = false;
    if (slot.socket) slot.socket->on_sent(completion.result);
    free_if_done(completion.index);
}

void UringPoller::writable(std::uint32_t index) {
    Slot& slot = slots_[index];
    slot.awaiting = false;
    if (slot.socket) {
        slot.socket->on_writable();
    } else if (slot.unsent) {
        send_rest(*slot.unsent);
    }
    free_if_done(index);
}

void UringPoller::send_rest(Unsent& unsent) {
    std::string& rest = unsent.bytes;
    const ssize_t put = ::send(unsent.fd.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (put > 0) rest.erase(0, static_cast<std::size_t>(put));
    const bool goes_on = put >= 0 || errno == EAGAIN || errno == EINTR;
    if (rest.empty() || !goes_on || !await_writable(unsent.slot)) drop_unsent(unsent.slot);
}

void UringPoller::drop_unsent(std::uint32_t index) {
    Slot& slot = slots_[index];
    if (slot.awaiting) ring_->cancel(Uring::Op::writable, index);
    ring_->submit();  // as in close()
    slot.unsent.reset();
    --unsent_count_;
}

void UringPoller::drop_late() {
    while (Unsent* const oldest = unsent_.front()) {
        const bool late = oldest->until.passed(system_clock().now());
        if (!late && unsent_count_ <= kMostUnsent) return;
        const std::uint32_t index = oldest->slot;
        drop_unsent(index);
        free_if_done(index);
    }
}

std::uint32_t UringPoller::open(UringSocket& socket, int fd) {
    std::uint32_t index = 0;
    if (free_slots_.empty()) {
        index = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        index = free_slots_.back();
        free_slots_.pop_back();
    }
    slots_[index].socket = &socket;
    slots_[index].fd = fd;
    return index;
}

void UringPoller::close(std::uint32_t index) {
    Slot& slot = slots_[index];
    slot.socket = nullptr;
    if (usable()) {
        if (slot.receiving) ring_->cancel(Uring::Op::receive, index);
        if (slot.awaiting) ring_->cancel(Uring::Op::writable, index);
        // A request names its descriptor by number: none may be left that has not been handed over.
        ring_->submit();
    }  // else what is under way ends with the ring
    free_if_done(index);
}

void UringPoller::close_when_sent(std::uint32_t index, Descriptor fd, std::string rest) {
    if (!usable() || !await_writable(index)) {
        close(index);
        return;
    }
    Slot& slot = slots_[index];
    slot.socket = nullptr;
    slot.unsent = std::make_unique<Unsent>(index, std::move(fd), std::move(rest));
    unsent_.push_back(*slot.unsent);
    ++unsent_count_;
    if (slot.receiving) ring_->cancel(Uring::Op::receive, index);
}

void UringPoller::free_if_done(std::uint32_t index) {
    const Slot& slot = slots_[index];
    const bool under_way = slot.receiving || slot.starved || slot.sending || slot.awaiting;
    if (!slot.socket && !slot.unsent && !under_way) free_slots_.push_back(index);
}

bool UringPoller::receive(std::uint32_t index, bool expected) {
    if (!usable()) return false;  // made before the loop runs
    Slot& slot = slots_[index];
    CHECK(!slot.receiving);
    slot.receiving = ring_->receive(index, slot.fd, expected);
    return slot.receiving;
}

void UringPoller::stop_receiving(std::uint32_t index) {
    Slot& slot = slots_[index];
    if (std::exchange(slot.starved, false)) {
        end_receiving(*slot.socket, -ECANCELED);
    } else {
        ring_->cancel(Uring::Op::receive, index);
    }
}

bool UringPoller::await_writable(std::uint32_t index) {
    if (!usable()) return false;
    Slot& slot = slots_[index];
    if (!slot.awaiting) slot.awaiting = ring_->await_writable(index, slot.fd);
    return slot.awaiting;
}

const char* UringPoller::queue(std::uint32_t index, std::string_view first,
                               std::string_view second) {
    const std::size_t bytes = first.size() + second.size();
    CHECK(bytes <= kQueuedBytes);
    if (!usable()) return nullptr;
    if (outbox_used_ + bytes > kOutboxBytes) flush();
    if (outbox_used_ + bytes > kOutboxBytes) return nullptr;
    char* const to = outbox_.data() + outbox_used_;
    if (!ring_->send(index, slots_[index].fd, {to, bytes})) return nullptr;
    if (!first.empty()) std::memcpy(to, first.data(), first.size());
    if (!second.empty()) std::memcpy(to + first.size(), second.data(), second.size());
    outbox_used_ += bytes;
    slots_[index].sending = true;
    ++sends_under_way_;
    return to;
}

}  // namespace breakwater
