#include "tests/support/h2_client.h"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>

namespace breakwater::test {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string number(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFF);
    return text;
}

std::uint32_t number(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes) value = value << 8U | static_cast<std::uint8_t>(c);
    return value;
}

}  // namespace

std::optional<std::string> H2Answer::field(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
    return found == fields.end() ? std::nullopt : std::optional(found->second);
}

H2Client::H2Client(Peer peer) : peer_(std::move(peer)) {
    EXPECT_EQ(nghttp2_hd_deflate_new(&deflater_, NGHTTP2_DEFAULT_HEADER_TABLE_SIZE), 0);
    EXPECT_EQ(nghttp2_hd_inflate_new(&inflater_), 0);
    peer_.send(std::string(kPreface) + bytes_of({FrameType::settings, 0, 0, ""}));
}

H2Client::~H2Client() {
    nghttp2_hd_deflate_del(deflater_);
    nghttp2_hd_inflate_del(inflater_);
}

H2Fields H2Client::get(std::string_view path, const H2Fields& more) {
    H2Fields fields{{":method", "GET"},
                    {":scheme", "http"},
                    {":path", std::string(path)},
                    {":authority", "a.test"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

H2Fields H2Client::post(std::string_view path, const H2Fields& more) {
    H2Fields fields = get(path, more);
    fields.front().second = "POST";
    return fields;
}

StreamId H2Client::request(const H2Fields& fields, bool end) {
    const StreamId stream = next_stream();
    headers(stream, fields, end);
    return stream;
}

H2Client& H2Client::headers(StreamId stream, const H2Fields& fields, bool end) {
    const auto flags =
        static_cast<std::uint8_t>(flag::kEndHeaders | (end ? flag::kEndStream : flag::kNone));
    return send({FrameType::headers, flags, stream, block(fields)});
}

H2Client& H2Client::data(StreamId stream, std::string_view bytes, bool end) {
    return send(
        {FrameType::data, end ? flag::kEndStream : flag::kNone, stream, std::string(bytes)});
}

H2Client& H2Client::reset(StreamId stream, std::uint32_t code) {
    return send({FrameType::rst_stream, flag::kNone, stream, number(code, 4)});
}

H2Client& H2Client::window_update(StreamId stream, std::uint32_t bytes) {
    return send({FrameType::window_update, flag::kNone, stream, number(bytes, 4)});
}

H2Client& H2Client::settings(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& entries) {
    std::string payload;
    for (const auto& [key, value] : entries) payload += number(key, 2) + number(value, 4);
    return send({FrameType::settings, flag::kNone, 0, payload});
}

H2Client& H2Client::send(const H2Frame& frame) {
    peer_.send(bytes_of(frame));
    return *this;
}

void H2Client::send_if_open(const H2Frame& frame) {
    // Where the other side has ended meanwhile, reading on shows it.
    peer_.send_some(bytes_of(frame));
}

std::string H2Client::bytes_of(const H2Frame& frame) {
    return number(static_cast<std::uint32_t>(frame.payload.size()), 3) +
           static_cast<char>(frame.type) + static_cast<char>(frame.flags) +
           number(static_cast<std::uint32_t>(frame.stream), 4) + frame.payload;
}

std::string H2Client::block(const H2Fields& fields) {
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

H2Fields H2Client::decode(std::string_view block) {
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

std::optional<H2Frame> H2Client::read_frame() {
    const std::string head = peer_.read_or_end(http2::FrameHead::kBytes);
    if (head.size() < http2::FrameHead::kBytes) return std::nullopt;
    H2Frame frame{static_cast<FrameType>(head[3]), static_cast<std::uint8_t>(head[4]),
                  static_cast<StreamId>(number(std::string_view(head).substr(5, 4))),
                  peer_.read_or_end(number(std::string_view(head).substr(0, 3)))};
    if (frame.type == FrameType::settings && (frame.flags & flag::kAck) == 0) {
        send_if_open({FrameType::settings, flag::kAck, 0, ""});
    }
    if (frame.type == FrameType::ping && (frame.flags & flag::kAck) == 0) {
        send_if_open({FrameType::ping, flag::kAck, 0, frame.payload});
    }
    take(frame);
    return frame;
}

void H2Client::take(const H2Frame& frame) {
    const bool end = (frame.flags & flag::kEndStream) != 0;
    H2Answer& answer = answers_[frame.stream];
    switch (frame.type) {
        case FrameType::headers:
        case FrameType::continuation: {
            head_block_ += frame.payload;
            if (frame.type == FrameType::headers) answer.ended = end;
            if ((frame.flags & flag::kEndHeaders) == 0) return;
            H2Fields fields = decode(std::exchange(head_block_, {}));
            if (answer.status >= 200) {
                answer.trailers = std::move(fields);
                return;
            }
            const int status = fields.empty() ? 0 : std::stoi(fields.front().second);
            if (status < 200) {
                answer.interim.push_back(status);
            } else {
                answer.status = status;
                answer.fields = std::move(fields);
            }
            return;
        }
        case FrameType::data:
            answer.body += frame.payload;
            answer.ended = end;
            if (gives_credit_ && !frame.payload.empty()) {
                const auto bytes = static_cast<std::uint32_t>(frame.payload.size());
                send_if_open({FrameType::window_update, 0, 0, number(bytes, 4)});
                if (!end)
                    send_if_open({FrameType::window_update, 0, frame.stream, number(bytes, 4)});
            }
            return;
        case FrameType::rst_stream: answer.reset = number(frame.payload); return;
        case FrameType::goaway:
            goaway_ = number(std::string_view(frame.payload).substr(4, 4));
            return;
        default: return;
    }
}

H2Answer H2Client::read_answer(StreamId stream) {
    for (;;) {
        H2Answer& answer = answers_[stream];
        if (answer.ended || answer.reset) return std::exchange(answer, {});
        if (!read_frame()) {
            answer.cut = true;
            answer.goaway = goaway_;
            return std::exchange(answer, {});
        }
    }
}

std::string H2Client::read_data(StreamId stream) {
    while (answers_[stream].body.empty()) {
        if (!read_frame()) break;
    }
    return std::exchange(answers_[stream].body, {});
}

std::optional<std::uint32_t> H2Client::read_goaway() {
    while (!goaway_ && read_frame()) {
    }
    return goaway_;
}

}  // namespace breakwater::test
