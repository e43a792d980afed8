#include "proxy/fastcgi/records.h"

#include <algorithm>

#include "proxy/base/try.h"

namespace breakwater::fastcgi {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kRequestId = 1;  // one at a time; 0 is for records that are of no request
constexpr std::uint8_t kResponder = 1;
constexpr std::size_t kEndRequestBytes = 8;

std::size_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

std::size_t number_at(std::string_view bytes, std::size_t at) {
    return byte_at(bytes, at) << 8U | byte_at(bytes, at + 1);
}

char* write_bytes(std::initializer_list<std::size_t> bytes, char* to) {
    for (const std::size_t byte : bytes) *to++ = static_cast<char>(byte);
    return to;
}

}  // namespace

char* write_record_header(RecordType type, std::size_t content_bytes, char* to) {
    return write_bytes({kVersion, static_cast<std::size_t>(type), 0, kRequestId,
                        content_bytes >> 8U, content_bytes & 0xffU, 0, 0},
                       to);
}

char* write_begin_request(char* to) {
    to =
        write_record_header(RecordType::begin_request, kBeginRequestBytes - kRecordHeaderBytes, to);
    return write_bytes({0, kResponder, 0, 0, 0, 0, 0, 0}, to);
}

Done RecordReader::begin_record(std::string_view header) {
    if (byte_at(header, 0) != kVersion) return fail(Err::bad_response, "no FastCGI 1");
    if (number_at(header, 2) != kRequestId) return fail(Err::bad_response, "another request's");
    type_ = static_cast<RecordType>(byte_at(header, 1));
    content_bytes_ = number_at(header, 4);
    padding_bytes_ = byte_at(header, 6);
    if (type_ == RecordType::end_request) {
        if (content_bytes_ == kEndRequestBytes) return {};
        return fail(Err::bad_response, "an END_REQUEST of another length");
    }
    if (type_ != RecordType::stdout_ && type_ != RecordType::stderr_) {
        return fail(Err::bad_response, "a record that answers nothing");
    }
    bool& stream_ended = type_ == RecordType::stdout_ ? out_ended_ : error_ended_;
    if (stream_ended) return fail(Err::bad_response, "a record behind its stream's end");
    stream_ended = content_bytes_ == 0;
    return {};
}

Done RecordReader::end_request(std::string_view content) {
    // The first four bytes are the application's exit status: a web server's answer is what the
    // application has written, whatever it ends with.
    const std::size_t status = byte_at(content, 4);
    if (status > static_cast<std::size_t>(ProtocolStatus::unknown_role)) {
        return fail(Err::bad_response, "an END_REQUEST of unknown status");
    }
    ended_as_ = static_cast<ProtocolStatus>(status);
    ended_ = true;
    return {};
}

Result<RecordReader::Piece> RecordReader::step(std::string_view bytes) {
    using Kind = Piece::Kind;
    std::size_t used = 0;
    for (;;) {
        const std::string_view rest = bytes.substr(used);
        if (content_bytes_ > 0 && type_ == RecordType::end_request) {
            if (rest.size() < content_bytes_) return Piece{Kind::more, {}, used};
            TRY(end_request(rest));
            used += content_bytes_;
            content_bytes_ = 0;
        } else if (content_bytes_ > 0) {
            if (rest.empty()) return Piece{Kind::more, {}, used};
            const std::string_view data = rest.substr(0, content_bytes_);
            content_bytes_ -= data.size();
            const Kind kind = type_ == RecordType::stdout_ ? Kind::out : Kind::error;
            return Piece{kind, data, used + data.size()};
        } else if (padding_bytes_ > 0) {
            if (rest.empty()) return Piece{Kind::more, {}, used};
            const std::size_t skipped = std::min(padding_bytes_, rest.size());
            padding_bytes_ -= skipped;
            used += skipped;
        } else if (ended_) {
            return Piece{Kind::end, {}, used};
        } else {
            if (rest.size() < kRecordHeaderBytes) return Piece{Kind::more, {}, used};
            TRY(begin_record(rest));
            used += kRecordHeaderBytes;
        }
    }
}

}  // namespace breakwater::fastcgi
