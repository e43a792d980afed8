#pragma once
// Where a message head ends, in bytes that arrive in pieces: RFC 9112 sections 2.1 and 2.2.
//
// No byte is looked at more than twice, however small the pieces. What can never become a head is
// refused with the byte that shows it, so that a TLS ClientHello on the plain port is answered and not
// waited for. Strict: lines end in CR LF and nothing else (section 2.2 lets a recipient take a bare LF;
// whoever does and whoever does not see different messages), and no control character passes.
//
// No allocation. Any thread, one at a time.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/limits.h"
#include "proxy/http1/message_kind.h"
#include "proxy/table/settings.h"

namespace breakwater::http1 {

/// A response head may be one long line.
inline constexpr table::HeadLimits kResponseHeadLimits{.line_bytes = http::kMaxResponseHeadBytes,
                                                       .head_bytes = http::kMaxResponseHeadBytes};

/// Whether a head of so many bytes keeps to the limits, however they are spread over its lines.
[[nodiscard]] constexpr bool within(const table::HeadLimits& limits, std::size_t head_bytes) {
    return head_bytes <= limits.line_bytes && head_bytes <= limits.head_bytes;
}

class HeadScan {
public:
    HeadScan(MessageKind kind, const table::HeadLimits& limits) : kind_(kind), limits_(limits) {}

    /// @param bytes  all that has been received of this message: what the call before was given, at
    ///               whichever address, and what came since.
    /// @return the length of the head with its empty line, counted from `skipped()`; nullopt while
    ///         more is needed. The head is `bytes.substr(skipped(), length)`, what follows it begins
    ///         at `skipped() + length`.
    /// @error bad_request     never a request: answer, then close
    /// @error malformed       a request line of another protocol: close without an answer
    /// @error uri_too_long    a request line of more than line_bytes
    /// @error head_too_large  a field line of more than line_bytes, or more than head_bytes together
    /// @error bad_response, response_head_too_large  instead of these, of a response
    [[nodiscard]] Result<std::optional<std::size_t>> find(std::string_view bytes);

    /// Bytes of the empty lines before a request line (RFC 9112 section 2.2), at most
    /// kMaxEmptyLines of them; none before a response's.
    [[nodiscard]] std::size_t skipped() const { return skipped_; }
    /// Whether find() has not been given a byte yet.
    [[nodiscard]] bool fresh() const { return at_ == 0; }
    /// Ready for the next message.
    void reset() { *this = HeadScan(kind_, limits_); }

private:
    enum class State : std::uint8_t {
        before,  ///< of a request: empty lines in front of the first line
        before_lf,
        prefix,  ///< of a response: `HTTP/`
        method,  ///< of a request
        first,   ///< the rest of the first line
        first_lf,
        line_start,
        line,
        line_lf,
        last_lf,  ///< of the empty line that ends the head
        found,
    };
    [[nodiscard]] Done advance(std::string_view bytes);
    [[nodiscard]] Done begin(char c);
    [[nodiscard]] Done skip_empty_line(char c);
    [[nodiscard]] Done match_prefix(char c);
    [[nodiscard]] Done run_method(std::string_view bytes);
    [[nodiscard]] Done run_text(std::string_view bytes, State behind);
    [[nodiscard]] Done end_first_line(std::string_view bytes);
    [[nodiscard]] Done start_line(char c);
    [[nodiscard]] Done end_line(char c, State next);
    [[nodiscard]] Done check_line() const;
    [[nodiscard]] Done check_head() const;
    [[nodiscard]] std::unexpected<Error> refuse(const char* detail) const;
    [[nodiscard]] std::unexpected<Error> too_large(Err of_request, const char* detail) const;

    MessageKind kind_;
    table::HeadLimits limits_;
    State state_ = State::before;
    std::size_t skipped_ = 0;
    std::size_t line_ = 0;  ///< where the present line begins
    std::size_t at_ = 0;    ///< the first byte not looked at
};

}  // namespace breakwater::http1
