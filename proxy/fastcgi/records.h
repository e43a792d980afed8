#pragma once
// The records of FastCGI: specification 1.0, sections 3.3 and 8. What we send is one request at a time
// in the role of a web server; what is read is what a Responder answers.
//
// Strict: a record of another version, of another request, or of a type that answers nothing we have
// asked is refused. Pure; no allocation. Any thread, one at a time.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/base/error.h"

namespace breakwater::fastcgi {

inline constexpr std::size_t kRecordHeaderBytes = 8;
inline constexpr std::size_t kMaxContentBytes = 65535;

/// Those that are used here: section 8.
enum class RecordType : std::uint8_t {
    begin_request = 1,
    end_request = 3,
    params = 4,
    stdin_ = 5,
    stdout_ = 6,
    stderr_ = 7,
};

/// What protocolStatus says: section 5.5.
enum class ProtocolStatus : std::uint8_t {
    request_complete = 0,
    cant_multiplex = 1,
    overloaded = 2,
    unknown_role = 3,
};

/// @param content_bytes  at most kMaxContentBytes; 0 ends a stream. No padding follows.
/// @return behind the header
char* write_record_header(RecordType type, std::size_t content_bytes, char* to);

/// A request's BEGIN_REQUEST, for a Responder that closes the connection behind its answer: section 5.1.
inline constexpr std::size_t kBeginRequestBytes = kRecordHeaderBytes + 8;
/// @return behind it
char* write_begin_request(char* to);

/// Cuts an answer's bytes into the pieces of its streams.
class RecordReader {
public:
    struct Piece {
        enum class Kind : std::uint8_t {
            more,   ///< nothing yet: what was not consumed comes again, with bytes behind it
            out,    ///< of the answer
            error,  ///< of what the application has to say to whoever runs it
            end,    ///< the answer is complete; ended_as() says how
        };
        Kind kind = Kind::more;
        std::string_view data;  ///< of `bytes`; not empty where `out` or `error`
        std::size_t consumed = 0;
    };

    /// @param bytes  what the last call has not consumed, and what came since
    /// @error bad_response
    [[nodiscard]] Result<Piece> step(std::string_view bytes);
    [[nodiscard]] ProtocolStatus ended_as() const { return ended_as_; }

private:
    Done begin_record(std::string_view header);
    Done end_request(std::string_view content);

    RecordType type_ = RecordType::stdout_;
    std::size_t content_bytes_ = 0;  ///< of the present record, not consumed
    std::size_t padding_bytes_ = 0;
    bool out_ended_ = false;
    bool error_ended_ = false;
    bool ended_ = false;
    ProtocolStatus ended_as_ = ProtocolStatus::request_complete;
};

}  // namespace breakwater::fastcgi
