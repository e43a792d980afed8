#include "proxy/http2/inbound.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "proxy/base/try.h"
#include "proxy/http2/session.h"
#include "proxy/http2/stream.h"

namespace breakwater::http2 {

Inbound::~Inbound() {
    std::size_t unread = 0;
    for (const Piece& piece : pieces_) unread += piece.end - piece.begin;
    if (unread > 0) session_.give_credit(stream_.id(), unread);
}

void Inbound::begin(std::optional<std::uint64_t> length, Duration timeout) {
    rest_bytes_ = length;
    timeout_ = timeout;
    last_activity_ = reactor_.now();
}

void Inbound::receive(std::string_view bytes) {
    last_activity_ = reactor_.now();
    while (!bytes.empty()) {
        if (pieces_.empty() || pieces_.back().end == pieces_.back().block->size()) {
            pieces_.push_back({reactor_.blocks().take()});
        }
        Piece& last = pieces_.back();
        const std::size_t fits = std::min(last.block->size() - last.end, bytes.size());
        std::memcpy(last.block->data() + last.end, bytes.data(), fits);
        last.end += fits;
        bytes.remove_prefix(fits);
    }
    news_.raise();
}

void Inbound::end(const http::Fields* trailers) {
    if (error_) return;
    trailers_ = trailers;
    ended_ = true;
    news_.raise();
}

void Inbound::fail(const Error& error) {
    if (ended_ || error_) return;
    error_ = error;
    news_.raise();
}

http::Pull Inbound::try_pull() {
    if (pieces_.empty()) {
        if (ended_) return http::End{trailers_};
        if (error_) return *error_;
        return http::WouldWait{};
    }
    Piece first = std::move(pieces_.front());
    pieces_.erase(pieces_.begin());
    const std::size_t bytes = first.end - first.begin;
    if (rest_bytes_) *rest_bytes_ -= std::min<std::uint64_t>(*rest_bytes_, bytes);
    session_.give_credit(stream_.id(), bytes);
    last_activity_ = reactor_.now();  // from now on it may send; before, we may have held it back

    since_widened_bytes_ += bytes;
    const bool keeps_up = pieces_.empty() && !ended_;
    if (keeps_up && since_widened_bytes_ >= Session::kStreamWindowBytes) {
        since_widened_bytes_ = 0;
        session_.widen_window(stream_.id());
    }
    return http::Chunk{{first.block->data() + first.begin, bytes}, first.block};
}

Task<Done> Inbound::wait() {
    while (pieces_.empty() && !ended_ && !error_) {
        const Deadline deadline = Deadline::after(last_activity_, timeout_);
        if (deadline.passed(reactor_.now())) co_return breakwater::fail(stalled_);
        Done news = co_await news_.wait(deadline);
        (void)news;  // whether it is late is asked of the clock again: credit may have been given
    }
    co_return Done{};
}

}  // namespace breakwater::http2
