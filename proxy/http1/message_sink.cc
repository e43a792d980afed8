#include "proxy/http1/message_sink.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "proxy/base/check.h"
#include "proxy/base/try.h"
#include "proxy/http1/chunked.h"
#include "proxy/reactor/socket.h"

namespace breakwater::http1 {

MessageSink::MessageSink(ByteStream& stream, BlockPool& blocks, Err cut, Err stalled)
    : stream_(stream), blocks_(blocks), cut_(cut), stalled_(stalled) {}

void MessageSink::begin(BodyFraming framing, Duration timeout) {
    CHECK(tail_.bytes.empty());
    framing_ = framing;
    timeout_ = timeout;
    finished_ = false;
    begun_ = false;
    chunk_open_ = false;
    wire_bytes_ = body_bytes_ = 0;
}

char* MessageSink::begin(std::size_t head_bytes, BodyFraming framing, Duration timeout) {
    begin(framing, timeout);
    make_room(head_bytes);
    char* const head = block_->data() + end_;
    end_ += head_bytes;
    return head;
}

void MessageSink::make_room(std::size_t bytes) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (room() >= bytes) return;
    const std::size_t pending = end_ - begin_;
    const std::size_t wanted = pending + bytes;
    Ref<Block> larger =
        wanted <= BlockPool::kBlockBytes ? blocks_.take() : blocks_.take_large(wanted);
    if (pending > 0) std::memcpy(larger->data(), block_->data() + begin_, pending);
    block_ = std::move(larger);
    begin_ = 0;
    end_ = pending;
}

void MessageSink::append(std::string_view bytes) {
    make_room(bytes.size());
    std::memcpy(block_->data() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
}

void MessageSink::end_chunk() {
    if (!std::exchange(chunk_open_, false)) return;
    append(kChunkEnd);
}

void MessageSink::append_chunk_header(std::size_t chunk_bytes) {
    end_chunk();
    make_room(kMaxChunkHeaderBytes);
    char* const to = block_->data() + end_;
    end_ += static_cast<std::size_t>(write_chunk_header(to, chunk_bytes) - to);
    chunk_open_ = true;
}

bool MessageSink::try_push(const http::Chunk& chunk) {
    if (broken_ || !tail_.bytes.empty()) return false;
    const bool copied = chunk.bytes.size() <= kCopyBytes;
    if (copied && end_ - begin_ > kCopyBytes) {  // enough has gathered
        const Result<bool> all = write_pending();
        if (!all || !*all) return false;
    }
    if (framing_ == BodyFraming::chunked) append_chunk_header(chunk.bytes.size());
    body_bytes_ += chunk.bytes.size();
    share_.count(http::turn_bytes(chunk));
    if (copied) {
        append(chunk.bytes);
        end_chunk();
        return true;
    }
    tail_ = chunk;
    (void)write_pending();  // taken all the same: a broken connection is said by the next call
    return true;
}

Task<Done> MessageSink::push_later(http::Chunk chunk) {
    for (;;) {
        CO_TRY(co_await flush());
        if (try_push(chunk)) co_return Done{};
    }
}

void MessageSink::note_progress() {
    last_activity_ = this_reactor().now();
    room_wait_.note_progress();
}

void MessageSink::wrote(std::size_t count) {
    wire_bytes_ += count;
    note_progress();
    const std::size_t of_block = std::min(count, end_ - begin_);
    begin_ += of_block;
    tail_.bytes.remove_prefix(count - of_block);
    if (tail_.bytes.empty()) tail_.owner.reset();
    if (nothing_pending()) {
        block_.reset();
        begin_ = end_ = 0;
    }
}

Result<bool> MessageSink::write_pending() {
    while (!nothing_pending()) {
        const std::string_view first =
            block_ ? std::string_view(block_->data() + begin_, end_ - begin_) : std::string_view{};
        begun_ = true;
        const Tried put = stream_.try_write2(first, tail_.bytes);
        switch (put.state) {
            case Tried::State::some: wrote(put.bytes); break;
            case Tried::State::wait: return false;
            case Tried::State::end:
            case Tried::State::failed: broken_ = cut_; return fail(cut_);
        }
    }
    return true;
}

Eventual<Done> MessageSink::flush() {
    if (!broken_ && !chunk_open_) {
        LET(all, write_pending());
        if (all) return Done{};
    }
    return flush_later();
}

Task<Done> MessageSink::flush_later() {
    for (;;) {
        if (broken_) co_return fail(*broken_);
        CO_LET(all, write_pending());
        if (all && !chunk_open_) co_return Done{};
        if (all) {
            end_chunk();  // a large chunk's, which would else have left with what comes next
            continue;
        }
        CO_TRY(co_await writable());
    }
}

Task<Done> MessageSink::writable() {
    return room_wait_.wait(stream_, Deadline::after(this_reactor().now(), timeout_), stalled_);
}

Result<bool> MessageSink::write_from(Pipe& pipe) {
    while (pipe.bytes() > 0) {
        const Tried put = stream_.plain_socket()->try_splice_from(pipe);
        if (put.state == Tried::State::wait) return false;
        if (put.state != Tried::State::some) {
            broken_ = cut_;
            return fail(cut_);
        }
        wire_bytes_ += put.bytes;
        body_bytes_ += put.bytes;
        share_.count(put.bytes);
        note_progress();
    }
    return true;
}

Eventual<Done> MessageSink::splice(Pipe& pipe) {
    CHECK(nothing_pending());
    LET(all, write_from(pipe));
    if (all) return Done{};
    return splice_later(pipe);
}

Task<Done> MessageSink::splice_later(Pipe& pipe) {
    for (bool all = false; !all;) {
        CO_TRY(co_await writable());
        CO_LET(more, write_from(pipe));
        all = more;
    }
    co_return Done{};
}

void MessageSink::end_message(const http::Fields* trailers) {
    if (finished_) return;
    finished_ = true;
    if (framing_ != BodyFraming::chunked) return;
    const std::size_t bytes = size_of_last_chunk(trailers);
    make_room(bytes);
    write_last_chunk(trailers, block_->data() + end_);
    end_ += bytes;
}

bool MessageSink::try_finish(const http::Fields* trailers) {
    const auto all_left = [this] {
        const Result<bool> all = write_pending();
        return all && *all;
    };
    if (broken_) return false;
    if (!tail_.bytes.empty() && !all_left())
        return false;  // what ends the message stands behind it
    end_chunk();
    end_message(trailers);
    return all_left();
}

Eventual<Done> MessageSink::finish(const http::Fields* trailers) {
    if (try_finish(trailers)) return Done{};
    return finish_later(trailers);
}

Task<Done> MessageSink::finish_later(const http::Fields* trailers) {
    if (!tail_.bytes.empty()) CO_TRY(co_await flush());
    end_chunk();
    end_message(trailers);
    Done done = co_await flush();
    co_return done;
}

void MessageSink::drop() {
    block_.reset();
    begin_ = end_ = 0;
    tail_ = {};
    finished_ = true;
}

}  // namespace breakwater::http1
