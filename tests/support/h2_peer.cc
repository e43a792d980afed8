#include "tests/support/h2_peer.h"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>

namespace breakwater::test {
namespace {

std::string number(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFF);
    return text;
}

}  // namespace

std::uint32_t h2_number(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes) value = value << 8U | static_cast<std::uint8_t>(c);
    return value;
}

std::optional<std::string> field_of(const H2Fields& fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
    return found == fields.end() ? std::nullopt : std::optional(found->second);
}

H2Peer::H2Peer(Peer peer) : peer_(std::move(peer)) {
    EXPECT_EQ(nghttp2_hd_deflate_new(&deflater_, NGHTTP2_DEFAULT_HEADER_TABLE_SIZE), 0);
    EXPECT_EQ(nghttp2_hd_inflate_new(&inflater_), 0);
}

H2Peer::~H2Peer() {
    nghttp2_hd_deflate_del(deflater_);
    nghttp2_hd_inflate_del(inflater_);
}

H2Peer& H2Peer::headers(StreamId stream, const H2Fields& fields, bool end) {
    const auto flags =
        static_cast<std::uint8_t>(flag::kEndHeaders | (end ? flag::kEndStream : flag::kNone));
    return send({FrameType::headers, flags, stream, block(fields)});
}

H2Peer& H2Peer::data(StreamId stream, std::string_view bytes, bool end) {
    return send(
        {FrameType::data, end ? flag::kEndStream : flag::kNone, stream, std::string(bytes)});
}

H2Peer& H2Peer::reset(StreamId stream, std::uint32_t code) {
    return send({FrameType::rst_stream, flag::kNone, stream, number(code, 4)});
}

H2Peer& H2Peer::window_update(StreamId stream, std::uint32_t bytes) {
    return send({FrameType::window_update, flag::kNone, stream, number(bytes, 4)});
}

H2Peer& H2Peer::settings(const H2Settings& entries) {
    std::string payload;
    for (const auto& [key, value] : entries) payload += number(key, 2) + number(value, 4);
    return send({FrameType::settings, flag::kNone, 0, payload});
}

H2Peer& H2Peer::go_away(StreamId last, std::uint32_t code) {
    return send({FrameType::goaway, flag::kNone, 0,
                 number(static_cast<std::uint32_t>(last), 4) + number(code, 4)});
}

H2Peer& H2Peer::send(const H2Frame& frame) {
    peer_.send(bytes_of(frame));
    return *this;
}

void H2Peer::send_if_open(const H2Frame& frame) {
    // Where the other side has ended meanwhile, reading on shows it.
    peer_.send_some(bytes_of(frame));
}

std::string H2Peer::bytes_of(const H2Frame& frame) {
    return number(static_cast<std::uint32_t>(frame.payload.size()), 3) +
           static_cast<char>(frame.type) + static_cast<char>(frame.flags) +
           number(static_cast<std::uint32_t>(frame.stream), 4) + frame.payload;
}

std::string H2Peer::block(const H2Fields& fields) {
    std::vector<nghttp2_nv> entries;
    for (const auto& [name, value] : fields) {
        auto* const name_bytes = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data()));
        auto* const value_bytes = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
        entries.push_back(
            {name_bytes, value_bytes, name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    std::string out(nghttp2_hd_deflate_bound(deflater_, entries.data(), entries.size()), '\0');
    const ssize_t size =
        nghttp2_hd_deflate_hd(deflater_, reinterpret_cast<std::uint8_t*>(out.data()), out.size(),
                              entries.data(), entries.size());
    EXPECT_GE(size, 0);
    out.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return out;
}

H2Fields H2Peer::decode(std::string_view block) {
    H2Fields fields;
    auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
    std::size_t left = block.size();
    for (int flags = 0; (flags & NGHTTP2_HD_INFLATE_FINAL) == 0;) {
        nghttp2_nv field;
        flags = 0;
        const ssize_t used = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, left, 1);
        if (used < 0) {
            ADD_FAILURE() << "a header block that cannot be read";
            return fields;
        }
        at += used;
        left -= static_cast<std::size_t>(used);
        if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
            fields.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                                std::string(reinterpret_cast<char*>(field.value), field.valuelen));
        }
    }
    nghttp2_hd_inflate_end_headers(inflater_);
    return fields;
}

std::optional<H2Frame> H2Peer::read_frame() {
    const std::string head = peer_.read_or_end(http2::FrameHead::kBytes);
    if (head.size() < http2::FrameHead::kBytes) return std::nullopt;
    H2Frame frame{static_cast<FrameType>(head[3]), static_cast<std::uint8_t>(head[4]),
                  static_cast<StreamId>(h2_number(std::string_view(head).substr(5, 4))),
                  peer_.read_or_end(h2_number(std::string_view(head).substr(0, 3)))};
    if (frame.type == FrameType::settings && (frame.flags & flag::kAck) == 0) {
        send_if_open({FrameType::settings, flag::kAck, 0, ""});
    }
    if (frame.type == FrameType::ping && (frame.flags & flag::kAck) == 0) {
        send_if_open({FrameType::ping, flag::kAck, 0, frame.payload});
    }
    take(frame);
    return frame;
}

void H2Peer::take(const H2Frame& frame) {
    const bool end = (frame.flags & flag::kEndStream) != 0;
    switch (frame.type) {
        case FrameType::headers:
        case FrameType::continuation:
            head_block_ += frame.payload;
            if (frame.type == FrameType::headers) head_ends_stream_ = end;
            if ((frame.flags & flag::kEndHeaders) == 0) return;
            take_fields(frame.stream, decode(std::exchange(head_block_, {})), head_ends_stream_);
            return;
        case FrameType::data:
            take_data(frame.stream, frame.payload, end);
            give_credit(frame, end);
            return;
        case FrameType::rst_stream: take_reset(frame.stream, h2_number(frame.payload)); return;
        case FrameType::goaway:
            take_goaway(
                static_cast<StreamId>(h2_number(std::string_view(frame.payload).substr(0, 4))),
                h2_number(std::string_view(frame.payload).substr(4, 4)));
            return;
        default: return;
    }
}

void H2Peer::give_credit(const H2Frame& frame, bool end) {
    if (!gives_credit_ || frame.payload.empty()) return;
    const std::string bytes = number(static_cast<std::uint32_t>(frame.payload.size()), 4);
    send_if_open({FrameType::window_update, 0, 0, bytes});
    if (!end) send_if_open({FrameType::window_update, 0, frame.stream, bytes});
}

}  // namespace breakwater::test
