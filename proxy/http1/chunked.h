#pragma once
// The chunked transfer coding, both ways: RFC 9112 section 7.1.
//
// Strict: a size is 1 to 16 hexadecimal digits, at most 2^63 - 1; a line ends in CR LF; extensions are
// held to their grammar's bytes and to bounds, and dropped. Two hops that disagree on where a chunk ends
// is request smuggling.
//
// One thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/base/error.h"
#include "proxy/http/fields.h"
#include "proxy/http1/message_kind.h"

namespace breakwater::http1 {

/// Takes a chunked body apart, in place. No byte is looked at twice; nothing is allocated but the
/// trailers, in the arena.
class ChunkedDecoder {
public:
    struct Step {
        enum class State : std::uint8_t {
            more,  ///< all bytes are consumed and the body goes on
            data,  ///< `data` is the next part of the body, never empty
            end,   ///< the body is complete; what is not consumed belongs to the next message
        };
        State state = State::more;
        std::size_t consumed = 0;  ///< bytes of this call's that are done with, `data` among them
        std::string_view data;     ///< a part of the bytes of this call
    };

    /// @param arena  outlives the decoder and what trailers() gave.
    /// @param kind   whose words an error has, and whether names with `_` are dropped (field_lines.h):
    ///               by default they are.
    explicit ChunkedDecoder(Arena& arena, MessageKind kind = MessageKind::request)
        : kind_(kind), trailers_(arena) {}

    /// @param bytes  what follows the bytes consumed so far. May be empty.
    /// @error bad_body      of a request: answer, then close
    /// @error bad_response  of a response
    /// After Step::end and after an error there is no further call.
    [[nodiscard]] Result<Step> step(std::string_view bytes);

    /// After the end: the trailer fields, those dropped that may not come there (trailer_fields.h);
    /// null where none is left. Its views live in the arena.
    [[nodiscard]] const http::Fields* trailers() const {
        return trailers_.empty() ? nullptr : &trailers_;
    }

private:
    enum class State : std::uint8_t {
        size_first,  ///< the first digit of a size
        size,
        space,  ///< after white space behind the size: an extension follows
        extension,
        quoted,  ///< inside a quoted string of an extension
        quoted_pair,
        line_lf,  ///< LF of the size's line
        data,
        data_cr,
        data_lf,
        trailer_line,  ///< the first byte of a trailer line, or of the empty one
        trailer,
        trailer_lf,
        last_lf,  ///< LF of the empty line that ends the body
        end,
    };
    [[nodiscard]] Done take(char c);
    [[nodiscard]] Done take_lf(char c, State next);
    [[nodiscard]] Done take_line(char c);
    [[nodiscard]] Done end_line(char c);
    [[nodiscard]] Done take_size(char c);
    [[nodiscard]] Done end_size(char c);
    [[nodiscard]] Done take_extension(char c);
    [[nodiscard]] Done take_unquoted(char c);
    [[nodiscard]] Done take_trailer(char c);
    [[nodiscard]] Done keep_trailer(char c);
    [[nodiscard]] Done finish_trailers();
    [[nodiscard]] std::unexpected<Error> refuse(const char* detail) const;

    MessageKind kind_;
    State state_ = State::size_first;
    std::uint16_t line_bytes_ = 0;  ///< of the size's line so far
    std::uint16_t trailer_bytes_ = 0;
    std::uint8_t digits_ = 0;
    std::uint16_t excess_bytes_ = 0;  ///< of all size lines so far: kMaxChunkExcessBytes
    std::uint64_t rest_bytes_ = 0;    ///< of the present chunk
    char* trailer_text_ = nullptr;    ///< kMaxTrailerBytes of the arena, once a trailer came
    http::Fields trailers_;
};

/// The longest that write_chunk_header() writes: 16 digits and CR LF.
inline constexpr std::size_t kMaxChunkHeaderBytes = 18;
/// What follows a chunk's data.
inline constexpr std::string_view kChunkEnd = "\r\n";
/// The end of a body without trailers.
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// The line before a chunk of `size_bytes`, which is not 0: that would end the body.
/// @return behind what was written.
char* write_chunk_header(char* to, std::size_t size_bytes);

/// The end of a body: the last chunk, the trailer fields (null or valid ones: Fields), an empty line.
[[nodiscard]] std::size_t size_of_last_chunk(const http::Fields* trailers);
/// @return behind the size_of_last_chunk() bytes that were written.
char* write_last_chunk(const http::Fields* trailers, char* to);

}  // namespace breakwater::http1
