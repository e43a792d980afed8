#include "proxy/http1/chunked.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "proxy/base/ascii.h"
#include "proxy/base/check.h"
#include "proxy/base/try.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http/limits.h"
#include "proxy/http/trailer_fields.h"
#include "proxy/http1/field_lines.h"
#include "proxy/http1/serialise.h"

namespace breakwater::http1 {
namespace {

constexpr int kMaxDigits = 16;
constexpr std::uint64_t kMaxChunk = std::numeric_limits<std::int64_t>::max();

char* append(char* to, std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

}  // namespace

Result<ChunkedDecoder::Step> ChunkedDecoder::step(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (state_ == State::data) {
            const std::size_t count = std::min<std::uint64_t>(rest_bytes_, bytes.size() - at);
            rest_bytes_ -= count;
            if (rest_bytes_ == 0) state_ = State::data_cr;
            return Step{Step::State::data, at + count, bytes.substr(at, count)};
        }
        TRY(take(bytes[at]));
        ++at;
        if (state_ == State::end) return Step{Step::State::end, at, {}};
    }
    return Step{Step::State::more, at, {}};
}

Done ChunkedDecoder::take(char c) {
    switch (state_) {
        case State::size_first:
        case State::size:
        case State::space:
        case State::extension:
        case State::quoted:
        case State::quoted_pair: return take_line(c);
        case State::line_lf: return end_line(c);
        case State::data: break;
        case State::data_cr:
            if (c != '\r') return refuse("chunk longer than its size");
            state_ = State::data_lf;
            return {};
        case State::data_lf:
            line_bytes_ = 0;
            digits_ = 0;
            return take_lf(c, State::size_first);
        case State::trailer_line:
        case State::trailer:
        case State::trailer_lf: return take_trailer(c);
        case State::last_lf: TRY(take_lf(c, State::end)); return finish_trailers();
        case State::end: break;
    }
    return {};
}

Done ChunkedDecoder::take_lf(char c, State next) {
    if (c != '\n') return refuse("CR without LF");
    state_ = next;
    return {};
}

Done ChunkedDecoder::take_line(char c) {
    if (++line_bytes_ > http::kMaxChunkLineBytes) return refuse("chunk line too long");
    if (state_ == State::size_first || state_ == State::size) return take_size(c);
    return take_extension(c);
}

Done ChunkedDecoder::end_line(char c) {
    const std::uint64_t chunk = std::min<std::uint64_t>(rest_bytes_, http::kMaxChunkExcessBytes);
    const std::uint64_t due = http::kFreeChunkLineBytes + 2 * chunk;
    const std::uint64_t spent = excess_bytes_ + line_bytes_;
    const std::uint64_t excess = spent > due ? spent - due : 0;
    if (excess > http::kMaxChunkExcessBytes) return refuse("more in chunk lines than in chunks");
    excess_bytes_ = static_cast<std::uint16_t>(excess);
    return take_lf(c, rest_bytes_ > 0 ? State::data : State::trailer_line);
}

Done ChunkedDecoder::take_size(char c) {
    const int digit = hex_value(c);
    if (digit >= 0) {
        if (++digits_ > kMaxDigits || rest_bytes_ > kMaxChunk >> 4) return refuse("huge chunk");
        rest_bytes_ = rest_bytes_ << 4 | static_cast<std::uint64_t>(digit);
        state_ = State::size;
        return {};
    }
    if (state_ == State::size_first) return refuse("chunk size is not a number");
    return end_size(c);
}

/// What may follow a size: the line's end, an extension, or white space in front of one.
Done ChunkedDecoder::end_size(char c) {
    if (c == '\r') {
        state_ = State::line_lf;
    } else if (c == ';') {
        state_ = State::extension;
    } else if (is_blank(c)) {
        state_ = State::space;
    } else {
        return refuse("chunk size is not a number");
    }
    return {};
}

Done ChunkedDecoder::take_extension(char c) {
    switch (state_) {
        case State::space:
            if (c == ';') state_ = State::extension;
            return c == ';' || is_blank(c) ? Done{} : refuse("white space behind chunk size");
        case State::quoted_pair: state_ = State::quoted; break;
        case State::quoted:
            if (c == '"') state_ = State::extension;
            if (c == '\\') state_ = State::quoted_pair;
            break;
        default: return take_unquoted(c);
    }
    return http::is_field_text(c) ? Done{} : refuse("control character in chunk extension");
}

Done ChunkedDecoder::take_unquoted(char c) {
    if (c == '\r') {
        state_ = State::line_lf;
    } else if (c == '"') {
        state_ = State::quoted;
    } else if (!http::is_tchar(c) && !is_blank(c) && c != ';' && c != '=') {
        return refuse("bad chunk extension");
    }
    return {};
}

Done ChunkedDecoder::take_trailer(char c) {
    if (state_ == State::trailer_line && c == '\r') {
        state_ = State::last_lf;
        return {};
    }
    TRY(keep_trailer(c));
    if (state_ == State::trailer_lf) return take_lf(c, State::trailer_line);
    if (c == '\r') {
        state_ = State::trailer_lf;
        return {};
    }
    if (!http::is_field_text(c)) return refuse("control character in trailer");
    state_ = State::trailer;
    return {};
}

Done ChunkedDecoder::keep_trailer(char c) {
    if (trailer_bytes_ == http::kMaxTrailerBytes) return refuse("trailers too large");
    if (trailer_text_ == nullptr) {
        trailer_text_ = trailers_.arena().array<char>(http::kMaxTrailerBytes);
    }
    trailer_text_[trailer_bytes_++] = c;
    return {};
}

Done ChunkedDecoder::finish_trailers() {
    if (trailer_bytes_ == 0) return {};
    const Done parsed = parse_field_lines({trailer_text_, trailer_bytes_}, kind_, trailers_);
    if (!parsed) return refuse(parsed.error().detail);
    trailers_.remove_if([](const http::Field& field) { return !http::allowed_in_trailer(field); });
    return {};
}

std::unexpected<Error> ChunkedDecoder::refuse(const char* detail) const {
    return fail(error_of(kind_, Err::bad_body), detail);
}

char* write_chunk_header(char* to, std::size_t size_bytes) {
    CHECK(size_bytes > 0);
    return append(std::to_chars(to, to + kMaxDigits, size_bytes, 16).ptr, "\r\n");
}

std::size_t size_of_last_chunk(const http::Fields* trailers) {
    return kLastChunk.size() + (trailers != nullptr ? size_of(*trailers) : 0);
}

char* write_last_chunk(const http::Fields* trailers, char* to) {
    to = append(to, "0\r\n");
    if (trailers != nullptr) to = write(*trailers, to);
    return append(to, "\r\n");
}

}  // namespace breakwater::http1
