#pragma once
// The head of a pod's answer made of the fields of a HEADERS frame: RFC 9113 section 8.3.2.
//
// nghttp2 has checked what belongs to the protocol (as for requests, request_head.h): a stream with such a
// head is reset, and never seen here. One thread.

#include <cstddef>
#include <optional>
#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/head.h"

namespace breakwater::http2 {

class ResponseHeadReader {
public:
    /// @param into  empty; as long as this
    explicit ResponseHeadReader(http::ResponseHead& into) : into_(into) { into_.status = 0; }

    /// The next field, `:status` first; both texts are copied. What is wrong is said by finish().
    void add(std::string_view name, std::string_view value);
    /// All of them have come.
    /// @error bad_response, response_head_too_large
    [[nodiscard]] Done finish();

private:
    Done take(std::string_view name, std::string_view value);

    http::ResponseHead& into_;
    std::size_t bytes_ = 0;
    std::optional<Error> error_;  ///< the first
};

}  // namespace breakwater::http2
