#pragma once
// The head of a request and of a response, whichever protocol carried it.
//
// Views into received bytes or an arena, valid as long as the exchange (fields.h). Never moved, never
// copied by value: filled in place where it lives.

#include <cstdint>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/http/fields.h"

namespace breakwater::http {

enum class Version : std::uint8_t { v1_0, v1_1, v2 };
/// As a log line or a Via field has it: `HTTP/1.1`.
[[nodiscard]] std::string_view text_of(Version version);

enum class Method : std::uint8_t {
    get,
    head,
    post,
    put,
    delete_,
    connect,
    options,
    trace,
    patch,
    other
};
/// Methods are case-sensitive: RFC 9110 section 9.1.
[[nodiscard]] Method method_of(std::string_view text);
/// RFC 9110 section 9.2.2.
[[nodiscard]] bool is_idempotent(Method method);

struct RequestHead {
    explicit RequestHead(Arena& arena) : fields(arena) {}
    /// As constructed, in the same arena.
    void clear();
    /// Takes over the views of `other`; both may be changed apart from then on.
    void copy_views(const RequestHead& other);
    void copy_views_without_fields(const RequestHead& other);
    /// Copies every text into the arena, for a request that outlives the one it comes from: a cache's
    /// fill, a mirror.
    void copy_deep(const RequestHead& other);

    Method method = Method::get;
    std::string_view method_text;
    std::string_view target;  ///< as received, in whichever form: for logs
    /// The path as received and what stands behind `?` (without it; has_query tells `/a?` from `/a`).
    /// `*` is the path of OPTIONS *; empty for CONNECT.
    std::string_view path;
    std::string_view query;
    bool has_query = false;
    std::string_view authority;  ///< host and port as received: of an absolute target, else of Host
    /// Of the authority: lower case, no port, no trailing dot; an IPv6 literal keeps its brackets.
    std::string_view host;
    std::string_view normalised_path;  ///< what matching reads; set by the routing step
    Version version = Version::v1_1;
    Fields fields;
};

struct ResponseHead {
    explicit ResponseHead(Arena& arena) : fields(arena) {}

    int status = 200;         ///< 100 to 999
    std::string_view reason;  ///< HTTP/1 only, may be empty
    Version version = Version::v1_1;
    Fields fields;
};

/// The usual reason phrase of a status (RFC 9110 section 15), or an empty text.
[[nodiscard]] std::string_view reason_phrase(int status);
/// Whether a response with this status has a body at all: RFC 9112 section 6.3 (1).
[[nodiscard]] bool status_has_body(int status);

}  // namespace breakwater::http
