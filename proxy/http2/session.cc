#include "proxy/http2/session.h"

#include <algorithm>
#include <array>
#include <memory>

#include "proxy/base/check.h"
#include "proxy/base/free.h"
#include "proxy/http2/memory.h"
#include "proxy/http2/stream.h"

namespace breakwater::http2 {
namespace {

std::string_view text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

std::string_view text(nghttp2_rcbuf* buffer) {
    const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
    return text(bytes.base, bytes.len);
}

/// What a field counts in a list beside its texts: RFC 9113 section 6.5.2.
constexpr std::size_t kFieldBytes = 32;
/// A list up to so many times what we have said is read to its end, and answered 431.
constexpr std::size_t kListFactor = 4;

using OptionPtr = std::unique_ptr<nghttp2_option, Free<nghttp2_option_del>>;
using CallbacksPtr =
    std::unique_ptr<nghttp2_session_callbacks, Free<nghttp2_session_callbacks_del>>;

OptionPtr make_options() {
    nghttp2_option* options = nullptr;
    CHECK(nghttp2_option_new(&options) == 0);
    nghttp2_option_set_no_auto_window_update(options, 1);  // credit follows the reader
    nghttp2_option_set_no_closed_streams(options, 1);
    nghttp2_option_set_server_fallback_rfc7540_priorities(options, 1);
    return OptionPtr(options);
}

}  // namespace

/// What nghttp2 tells: in the order of a frame's life, received and then sent.
struct SessionCallbacks {
    static Session& of(void* session) { return *static_cast<Session*>(session); }

    static int on_begin_headers(nghttp2_session* ng, const nghttp2_frame* frame, void* user) {
        Session& session = of(user);
        const StreamId id = frame->hd.stream_id;
        const bool opens = frame->headers.cat == NGHTTP2_HCAT_REQUEST;
        Stream* const stream = opens ? session.owner_.on_stream(id) : session.find(id);
        session.head_of_ = stream;
        if (!opens) return 0;
        if (!stream) {
            session.abandon(id);
            session.owner_.on_refused();
            nghttp2_submit_rst_stream(ng, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        }
        nghttp2_session_set_stream_user_data(ng, id, stream);
        return 0;
    }

    static int on_header(nghttp2_session* /*unused*/, const nghttp2_frame* /*frame*/,
                         nghttp2_rcbuf* name_buffer, nghttp2_rcbuf* value_buffer,
                         std::uint8_t /*flags*/, void* user) {
        Session& session = of(user);
        const std::string_view name = text(name_buffer);
        const std::string_view value = text(value_buffer);
        // A reference of one byte may stand for a field of four thousand: whoever sends many of them is not
        // listened to to the end (RFC 7541 section 7.3).
        session.list_bytes_ += name.size() + value.size() + kFieldBytes;
        if (session.list_bytes_ > session.most_list_bytes_) {
            session.terminate(Code::enhance_your_calm);
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
        if (session.head_of_) session.head_of_->on_field(name, value);
        return 0;
    }

    /// Without this nghttp2 would leave the field out and carry on.
    static int on_invalid_header(nghttp2_session* ng, const nghttp2_frame* frame,
                                 const std::uint8_t* /*name*/, std::size_t /*name_size*/,
                                 const std::uint8_t* /*value*/, std::size_t /*value_size*/,
                                 std::uint8_t /*flags*/, void* /*user*/) {
        nghttp2_submit_rst_stream(ng, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                  NGHTTP2_PROTOCOL_ERROR);
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }

    static int on_data_chunk(nghttp2_session* ng, std::uint8_t /*flags*/, StreamId id,
                             const std::uint8_t* bytes, std::size_t size, void* user) {
        if (Stream* stream = of(user).find(id)) {
            stream->in().receive(text(bytes, size));
        } else {
            nghttp2_session_consume(ng, id, size);  // nobody reads it any more
        }
        return 0;
    }

    static int on_frame_recv(nghttp2_session* /*unused*/, const nghttp2_frame* frame, void* user) {
        Session& session = of(user);
        const bool ack = (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0;
        if (frame->hd.type == NGHTTP2_SETTINGS && !ack) session.owner_.on_settings();
        Stream* const stream = session.find(frame->hd.stream_id);
        if (!stream) return 0;
        if (frame->hd.type == NGHTTP2_RST_STREAM) stream->set_reset_by_peer();
        const bool head = frame->hd.type == NGHTTP2_HEADERS;
        if (!head && frame->hd.type != NGHTTP2_DATA) return 0;
        const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (head) {
            stream->count_received(session.head_bytes_);
            stream->on_head(end);
        } else if (end) {
            stream->in().end(nullptr);
        }
        return 0;
    }

    /// Of a stream that nghttp2 has refused, too.
    static int on_invalid_frame(nghttp2_session* /*unused*/, const nghttp2_frame* frame,
                                int /*why*/, void* user) {
        if (frame->hd.stream_id == 0) return 0;
        of(user).abandon(frame->hd.stream_id);
        of(user).owner_.on_refused();
        return 0;
    }

    static int on_stream_close(nghttp2_session* /*unused*/, StreamId id, std::uint32_t code,
                               void* user) {
        if (Stream* stream = of(user).find(id)) {
            of(user).forget(*stream);
            stream->close(static_cast<Code>(code));
            if (stream->malformed()) of(user).owner_.on_refused();
        }
        return 0;
    }

    static ssize_t read_data(nghttp2_session* ng, StreamId id, std::uint8_t* /*into*/,
                             std::size_t most, std::uint32_t* flags,
                             nghttp2_data_source* /*source*/, void* user) {
        Stream* const stream = of(user).find(id);
        if (!stream) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        const Outbound::Offer offer = stream->out().offer(most);
        if (offer.bytes == 0 && !offer.end) return NGHTTP2_ERR_DEFERRED;
        *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
        if (offer.end) {
            *flags |= NGHTTP2_DATA_FLAG_EOF;
            if (!offer.trailers.empty()) {
                *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
                nghttp2_submit_trailer(ng, id, offer.trailers.data(), offer.trailers.size());
            }
        }
        return static_cast<ssize_t>(offer.bytes);
    }

    static int send_data(nghttp2_session* /*unused*/, nghttp2_frame* frame,
                         const std::uint8_t* frame_head, std::size_t size,
                         nghttp2_data_source* /*source*/, void* user) {
        Session& session = of(user);
        Stream* const stream = session.find(frame->hd.stream_id);
        if (!stream) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        // Heads go first: where one waits for room, no DATA takes it.
        const bool room = !session.outbox_.full() && session.waiting_.empty();
        if (!room) return NGHTTP2_ERR_WOULDBLOCK;
        session.outbox_.append(text(frame_head, FrameHead::kBytes));
        session.outbox_.append(stream->out().take(size));
        session.owner_.on_data_sent(size, !stream->out().pending());
        return 0;
    }

    static int on_frame_send(nghttp2_session* /*unused*/, const nghttp2_frame* frame, void* user) {
        Stream* const stream = of(user).find(frame->hd.stream_id);
        if (!stream) return 0;
        if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
        const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        stream->out().left(FrameHead::kBytes + frame->hd.length, end);
        return 0;
    }

    /// A head that could not leave any more, because a GOAWAY came first.
    static int on_frame_not_send(nghttp2_session* /*unused*/, const nghttp2_frame* frame,
                                 int /*why*/, void* user) {
        Stream* const stream = of(user).find(frame->hd.stream_id);
        if (stream && frame->hd.type == NGHTTP2_HEADERS) stream->set_refused();
        return 0;
    }

    static CallbacksPtr make() {
        nghttp2_session_callbacks* all = nullptr;
        CHECK(nghttp2_session_callbacks_new(&all) == 0);
        nghttp2_session_callbacks_set_on_begin_headers_callback(all, on_begin_headers);
        nghttp2_session_callbacks_set_on_header_callback2(all, on_header);
        nghttp2_session_callbacks_set_on_invalid_header_callback(all, on_invalid_header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, on_data_chunk);
        nghttp2_session_callbacks_set_on_frame_recv_callback(all, on_frame_recv);
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(all, on_invalid_frame);
        nghttp2_session_callbacks_set_on_stream_close_callback(all, on_stream_close);
        nghttp2_session_callbacks_set_send_data_callback(all, send_data);
        nghttp2_session_callbacks_set_on_frame_send_callback(all, on_frame_send);
        nghttp2_session_callbacks_set_on_frame_not_send_callback(all, on_frame_not_send);
        return CallbacksPtr(all);
    }
};

Session::Session(Side side, Owner& owner, BlockPool& pool, const SessionSettings& settings)
    : owner_(owner),
      side_(side),
      outbox_(pool),
      walk_(side == Side::server ? NGHTTP2_CLIENT_MAGIC_LEN : 0),
      most_list_bytes_(kListFactor * settings.header_list_bytes) {
    static const OptionPtr options = make_options();
    static const CallbacksPtr callbacks = SessionCallbacks::make();
    const auto make =
        side == Side::server ? nghttp2_session_server_new3 : nghttp2_session_client_new3;
    CHECK(make(&session_, callbacks.get(), this, options.get(), session_memory()) == 0);

    const std::array entries{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
                               settings.concurrent_streams},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.header_list_bytes},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
        side == Side::server ? nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1}
                             : nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
    };
    CHECK(nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size()) ==
          0);
    const auto window = side == Side::server ? kConnectionWindowBytes : kPodWindowBytes;
    CHECK(nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, window) == 0);
}

Session::~Session() { nghttp2_session_del(session_); }

void Session::check_closed(StreamId id) {
    const bool new_or_open = id == 0 || id > last_stream() || knows(id);
    if (side_ != Side::server || new_or_open || abandoned_.may_hold(id)) return;
    terminate(Code::stream_closed);  // nghttp2 would pass over it
}

Stream* Session::find(StreamId id) const {
    return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session_, id));
}

Done Session::receive(std::string_view bytes) {
    Done fed;
    while (fed && !bytes.empty()) {
        const FrameWalk::Step step = walk_.step(bytes);
        // All before the frame first, for what it means depends on it.
        const std::size_t before = step.bytes - (step.head ? 1 : 0);
        fed = feed(bytes.substr(0, before));
        if (fed && step.head) {
            begin_frame(*step.head);
            fed = feed(bytes.substr(before, 1));
        }
        bytes.remove_prefix(step.bytes);
    }
    const bool nothing_more = nghttp2_session_want_read(session_) == 0;
    if (nothing_more || nghttp2_session_want_write(session_) != 0) owner_.on_output();
    return fed;
}

Done Session::feed(std::string_view bytes) {
    if (bytes.empty()) return {};
    CHECK(!std::exchange(busy_, true));
    const ssize_t taken = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    busy_ = false;
    if (taken >= 0) return {};
    terminate(taken == NGHTTP2_ERR_FLOODED ? Code::enhance_your_calm : Code::protocol_error);
    return fail(Err::bad_framing, nghttp2_strerror(static_cast<int>(taken)));
}

void Session::begin_frame(const FrameHead& head) {
    const std::size_t bytes = FrameHead::kBytes + head.payload_bytes;
    if (head.type == FrameType::headers) {
        head_bytes_ = bytes;
        list_bytes_ = 0;
    }
    if (head.type == FrameType::continuation) head_bytes_ += bytes;
    const bool data = head.type == FrameType::data;
    if (data || head.type == FrameType::headers) check_closed(head.stream);
    if (Stream* stream = data ? find(head.stream) : nullptr) stream->count_received(bytes);
    owner_.on_frame(head);
    if (head.type == FrameType::headers) highest_stream_ = std::max(highest_stream_, head.stream);
}

void Session::produce() {
    CHECK(!std::exchange(busy_, true));
    if (!full()) {
        for (Outbound* head = waiting_.front(); head; head = waiting_.next(*head)) head->room();
    }
    for (;;) {
        const std::uint8_t* frame = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_, &frame);
        if (size <= 0) break;  // less than 0 is a lack of memory
        outbox_.append(text(frame, static_cast<std::size_t>(size)));
    }
    busy_ = false;
    if (!outbox_.empty()) owner_.on_output();
}

void Session::wait_for_room(Outbound& waiting) { waiting_.push_back(waiting); }

Done Session::send_head(Stream& stream, FieldBlock head, bool body) {
    nghttp2_data_provider provider{{.ptr = nullptr}, SessionCallbacks::read_data};
    nghttp2_data_provider* const data = body ? &provider : nullptr;
    if (side_ == Side::server) {
        const int said =
            nghttp2_submit_response(session_, stream.id(), head.data(), head.size(), data);
        if (said != 0) return fail(Err::internal, nghttp2_strerror(said));
        return {};
    }
    const StreamId id =
        nghttp2_submit_request(session_, nullptr, head.data(), head.size(), data, &stream);
    if (id < 0) {
        const Error refused{Err::upstream_refused, nghttp2_strerror(id)};
        stream.close(refused);  // nothing of it has left, nor will
        return fail(refused);
    }
    stream.open(id);
    return {};
}

void Session::send_interim(const Stream& stream, FieldBlock head) {
    nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream.id(), nullptr, head.data(),
                           head.size(), nullptr);
    produce();
}

void Session::resume(const Stream& stream) { nghttp2_session_resume_data(session_, stream.id()); }

bool Session::has_window(const Stream& stream) const {
    return nghttp2_session_get_stream_remote_window_size(session_, stream.id()) > 0;
}

void Session::reset(StreamId id, Code code) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, static_cast<std::uint32_t>(code));
    owner_.on_output();
}

void Session::forget(const Stream& stream) {
    nghttp2_session_set_stream_user_data(session_, stream.id(), nullptr);
    if (head_of_ == &stream) head_of_ = nullptr;
}

void Session::abandon(StreamId id) {
    abandoned_.add(id);
    // With the heads of frames as large as their content. More than the connection's window is never under way.
    const std::int64_t window = nghttp2_session_get_stream_local_window_size(session_, id);
    const std::int64_t most = nghttp2_session_get_effective_local_window_size(session_);
    under_way_bytes_ = std::min(under_way_bytes_ + 2 * std::max<std::int64_t>(window, 0), 2 * most);
}

bool Session::was_under_way(StreamId id, std::size_t wire_bytes) {
    const auto bytes = static_cast<std::int64_t>(wire_bytes);
    if (bytes > under_way_bytes_ || !abandoned_.may_hold(id)) return false;
    under_way_bytes_ -= bytes;
    return true;
}

void Session::give_credit(StreamId id, std::size_t bytes) {
    nghttp2_session_consume(session_, id, bytes);
    if (nghttp2_session_want_write(session_) != 0) owner_.on_output();
}

void Session::widen_window(StreamId id) {
    const std::int32_t now = nghttp2_session_get_stream_local_window_size(session_, id);
    const std::int32_t whole = nghttp2_session_get_stream_effective_local_window_size(session_, id);
    const auto most = side_ == Side::server ? kMostStreamWindowBytes : kMostPodStreamWindowBytes;
    if (now < 0 || whole >= most) return;
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, id,
                                          std::min(2 * whole, most));
    owner_.on_output();
}

void Session::announce_goaway() {
    nghttp2_submit_shutdown_notice(session_);
    owner_.on_output();
}

void Session::go_away() {
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_stream(), NGHTTP2_NO_ERROR, nullptr, 0);
    owner_.on_output();
}

void Session::terminate(Code code) {
    nghttp2_session_terminate_session(session_, static_cast<std::uint32_t>(code));
    owner_.on_output();
}

bool Session::takes_stream(std::size_t open) const {
    const std::uint32_t most =
        nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    return nghttp2_session_check_request_allowed(session_) != 0 &&
           open < std::min(most, kMostStreams);
}

bool Session::congested() const {
    return outbox_.bytes().size() > kMostUnsentBytes ||
           nghttp2_session_get_outbound_queue_size(session_) > kMostQueued;
}

bool Session::over() const { return nghttp2_session_want_read(session_) == 0; }

StreamId Session::last_stream() const { return nghttp2_session_get_last_proc_stream_id(session_); }

bool Session::knows(StreamId id) const {
    return nghttp2_session_find_stream(session_, id) != nullptr;
}

bool Session::receives(StreamId id) const {
    return nghttp2_session_get_stream_remote_close(session_, id) == 0;
}

}  // namespace breakwater::http2
