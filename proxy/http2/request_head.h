#pragma once
// The head of a request made of the fields of a HEADERS frame: RFC 9113 section 8.3.1, RFC 8441.
//
// nghttp2 has checked what belongs to the protocol (pseudo-fields that are missing, twice or late, names in
// upper case, fields of a connection): a stream with such a head is reset and never seen here. What is
// checked here is what HTTP/1.1 checks, by the same rules, so that a pod is asked the same whichever
// way a request came.
//
// One thread.

#include <cstddef>
#include <optional>
#include <string_view>

#include "proxy/base/error.h"
#include "proxy/http/head.h"
#include "proxy/table/settings.h"

namespace breakwater::http2 {

class RequestHeadReader {
public:
    /// @param into  empty; as long as this. @param limits  `large-client-header-buffers`
    RequestHeadReader(http::RequestHead& into, const table::HeadLimits& limits)
        : into_(into), limits_(limits) {}

    /// The next field, pseudo-fields first; both texts are copied. What is wrong is said by finish().
    void add(std::string_view name, std::string_view value);
    /// All of them have come. Fills in what follows from them.
    /// @error head_too_large, uri_too_long  more than the limits
    /// @error bad_host  no authority, one that is none, or a Host that says another
    /// @error bad_target, bad_request, bad_field, method_refused
    Done finish();
    /// The protocol that an extended CONNECT asks for (RFC 8441 section 4); empty: it is none.
    [[nodiscard]] std::string_view protocol() const { return protocol_; }

private:
    Done take(std::string_view name, std::string_view value);
    Done take_pseudo(std::string_view name, std::string_view value);
    Done set_target();
    Done set_host();
    void join_cookies();
    /// As a request of HTTP/1.1 would say it (RFC 8441 section 5).
    Done translate_upgrade();

    http::RequestHead& into_;
    const table::HeadLimits& limits_;
    std::string_view scheme_;
    std::string_view authority_;
    std::string_view protocol_;
    std::size_t bytes_ = 0;
    std::size_t cookies_ = 0;
    std::optional<Error> error_;  ///< the first
};

}  // namespace breakwater::http2
