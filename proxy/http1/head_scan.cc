#include "proxy/http1/head_scan.h"

#include "proxy/base/try.h"
#include "proxy/http/field_syntax.h"
#include "proxy/http/head.h"
#include "proxy/http1/version.h"

namespace breakwater::http1 {
namespace {

constexpr std::string_view kPrefix = "HTTP/";

/// `HTTP/1.1`, or another version: a line without one is HTTP/0.9, and no empty line would follow it.
bool ends_in_version(std::string_view line) {
    return line.size() > kVersionBytes &&
           line.substr(line.size() - kVersionBytes).starts_with(kPrefix);
}

/// Else it comes from a peer that speaks another protocol, an invalid preface of HTTP/2 say, whom an answer of
/// HTTP/1.1 would tell nothing (RFC 9113 section 3.4). Who names a method or a version of HTTP has mistyped it.
bool is_of_http(std::string_view line) {
    const bool has_method = http::method_of(line.substr(0, line.find(' '))) != http::Method::other;
    return has_method || line.contains(kPrefix);
}

}  // namespace

Result<std::optional<std::size_t>> HeadScan::find(std::string_view bytes) {
    while (at_ < bytes.size() && state_ != State::found) TRY(advance(bytes));
    if (state_ != State::found) return std::nullopt;
    return at_ - skipped_;
}

Done HeadScan::advance(std::string_view bytes) {
    const char c = bytes[at_];
    switch (state_) {
        case State::before: return begin(c);
        case State::before_lf: return skip_empty_line(c);
        case State::prefix: return match_prefix(c);
        case State::method: return run_method(bytes);
        case State::first: return run_text(bytes, State::first_lf);
        case State::first_lf: TRY(end_first_line(bytes)); return end_line(c, State::line_start);
        case State::line_start: return start_line(c);
        case State::line: return run_text(bytes, State::line_lf);
        case State::line_lf: return end_line(c, State::line_start);
        case State::last_lf: return end_line(c, State::found);
        case State::found: break;
    }
    return {};
}

Done HeadScan::begin(char c) {
    if (kind_ == MessageKind::response) {
        state_ = State::prefix;
        return {};
    }
    if (c == '\r') {
        ++at_;
        state_ = State::before_lf;
        return {};
    }
    if (!http::is_tchar(c)) return refuse("not HTTP");
    state_ = State::method;
    return {};
}

Done HeadScan::skip_empty_line(char c) {
    if (c != '\n') return refuse("CR without LF");
    ++at_;
    if (at_ > 2 * http::kMaxEmptyLines) return refuse("empty lines before the request");
    skipped_ = at_;
    line_ = at_;
    state_ = State::before;
    return {};
}

Done HeadScan::match_prefix(char c) {
    if (c != kPrefix[at_ - line_]) return refuse("not HTTP");
    ++at_;
    if (at_ - line_ == kPrefix.size()) state_ = State::first;
    return {};
}

Done HeadScan::run_method(std::string_view bytes) {
    at_ += http::token_length(bytes.substr(at_));
    TRY(check_line());
    if (at_ == bytes.size()) return {};
    if (bytes[at_] != ' ') return refuse("method is not a token");
    ++at_;
    state_ = State::first;
    return {};
}

Done HeadScan::run_text(std::string_view bytes, State behind) {
    at_ += http::text_length(bytes.substr(at_));
    TRY(check_line());
    if (at_ == bytes.size()) return {};
    if (bytes[at_] == '\n') return refuse("LF without CR");
    if (bytes[at_] != '\r') return refuse("control character");
    ++at_;
    state_ = behind;
    return {};
}

Done HeadScan::end_first_line(std::string_view bytes) {
    if (kind_ == MessageKind::response) return {};
    const std::string_view line = bytes.substr(line_, at_ - line_ - 1);  // its CR left out
    if (ends_in_version(line)) return {};
    if (!is_of_http(line)) return fail(Err::malformed, "another protocol than HTTP");
    return refuse("request line without HTTP version");
}

Done HeadScan::start_line(char c) {
    if (c == '\r') {
        ++at_;
        state_ = State::last_lf;
        return {};
    }
    if (c == ' ' || c == '\t') return refuse("folded line");  // RFC 9112 sections 2.2 and 5.2
    if (!http::is_tchar(c)) return refuse("line without a field name");
    state_ = State::line;
    return {};
}

Done HeadScan::end_line(char c, State next) {
    if (c != '\n') return refuse("CR without LF");
    ++at_;
    TRY(check_head());
    line_ = at_;
    state_ = next;
    return {};
}

Done HeadScan::check_line() const {
    if (at_ - line_ > limits_.line_bytes) {
        const bool first = state_ == State::method || state_ == State::first;
        return too_large(first ? Err::uri_too_long : Err::head_too_large, "line too long");
    }
    return check_head();
}

Done HeadScan::check_head() const {
    if (at_ - skipped_ <= limits_.head_bytes) return {};
    return too_large(Err::head_too_large, "head too large");
}

std::unexpected<Error> HeadScan::refuse(const char* detail) const {
    return fail(error_of(kind_, Err::bad_request), detail);
}

std::unexpected<Error> HeadScan::too_large(Err of_request, const char* detail) const {
    return fail(kind_ == MessageKind::request ? of_request : Err::response_head_too_large, detail);
}

}  // namespace breakwater::http1
