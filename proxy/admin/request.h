#pragma once
// A request at an admin port, read as its bytes come: the head by the parser of the clients' ports, then as
// many bytes of body as it has said.
//
// Strict and bounded: RFC 9112. A range is not looked at, as a server may (RFC 9110 section 14.2); no coding
// of a body is known, chunks among them. No I/O, no clock. One thread.

#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "proxy/http/head.h"
#include "proxy/http1/head_scan.h"

namespace breakwater::admin {

/// The query's parameters, decoded.
using Query = std::multimap<std::string, std::string>;

struct Request {
    http::Method method = http::Method::get;
    std::string path;  ///< decoded
    Query query;
    std::string body;
};

/// A probe sends some hundred bytes; a question to /debug/explain has its URL and headers in the query.
inline constexpr table::HeadLimits kHeadLimits{.line_bytes = 8 * 1024, .head_bytes = 16 * 1024};

class RequestReader {
public:
    /// @param largest_body  in bytes; 0: POST is refused
    explicit RequestReader(std::size_t largest_body) : largest_body_(largest_body) {}

    /// @param bytes  what has come since the call before
    /// @return whether the request is complete; what comes behind it is dropped
    /// @error the status that it is refused with; 0: nobody is there who would understand one
    [[nodiscard]] std::expected<bool, int> take(std::string_view bytes);

    /// Of what has come so far.
    [[nodiscard]] std::size_t held_bytes() const { return head_.size() + request_.body.size(); }
    /// Once it is complete.
    [[nodiscard]] Request& request() { return request_; }

private:
    /// @error a status
    [[nodiscard]] std::expected<void, int> read_head(std::string_view head);
    void take_body(std::string_view bytes);

    const std::size_t largest_body_;
    http1::HeadScan scan_{http1::MessageKind::request, kHeadLimits};
    std::string head_;  ///< empty once it was read
    bool head_read_ = false;
    std::size_t rest_bytes_ = 0;  ///< of the body
    Request request_;
};

}  // namespace breakwater::admin
