#pragma once
// Every way in which a request, a connection or a message can fail, as one table.
//
// One table drives status code, access log, metric label and retry: a new failure is a new row.
// A user's mistake in an object is a Finding (proxy/table/finding.h), not an Error.
//
// Pure values. Any thread.

#include <array>
#include <cstdint>
#include <expected>
#include <string_view>

namespace breakwater {

/// Who is at fault; also the level of a log line about it: debug, warn, error, error.
enum class Fault : std::uint8_t { client, upstream, config, us };

/// Whether another attempt may be made after this failure: RFC 9110 section 9.2.2.
enum class Retry : std::uint8_t { never, if_idempotent, always };

enum class Err : std::uint8_t {
    // What a byte stream reports. The layer above says what it means for a request.
    io_closed,
    io_reset,
    io_timeout,
    io_failed,
    tls_failed,
    // The client's request.
    bad_request,
    bad_framing,
    bad_field,
    bad_target,
    bad_host,
    bad_body,
    bad_version,
    malformed,
    unknown_coding,
    method_refused,
    upgrade_unsupported,
    uri_too_long,
    head_too_large,
    body_too_large,
    length_required,
    plain_to_tls_port,
    misdirected,
    client_certificate_missing,
    client_certificate_refused,
    client_certificate_unfit,
    head_timeout,
    body_timeout,
    client_gone,
    client_stalled,
    session_idle,
    // The cluster's configuration.
    no_route,
    no_endpoint,
    client_authorities_unusable,
    // The pod behind, or a service that we ask.
    name_unresolved,
    name_timeout,
    connect_failed,
    connect_timeout,
    upstream_tls,
    upstream_refused,
    upstream_reset,
    upstream_stale,
    upstream_timeout,
    upstream_send_timeout,
    bad_response,
    response_head_too_large,
    response_cut,
    // Ourselves.
    shutting_down,
    internal,
};

struct ErrorRow {
    Err code;
    std::string_view token;  ///< stable, lower_snake: logs, metrics and tests match on it
    Fault fault;
    int status;         ///< 0: nobody is left to answer
    int logged_status;  ///< 499 where the client left
    int grpc_status;    ///< for a request that speaks gRPC
    Retry retry;
};

inline constexpr std::array kErrors{
    ErrorRow{Err::io_closed, "io_closed", Fault::us, 500, 500, 13, Retry::never},
    ErrorRow{Err::io_reset, "io_reset", Fault::us, 500, 500, 13, Retry::never},
    ErrorRow{Err::io_timeout, "io_timeout", Fault::us, 500, 500, 13, Retry::never},
    ErrorRow{Err::io_failed, "io_failed", Fault::us, 500, 500, 13, Retry::never},
    ErrorRow{Err::tls_failed, "tls_failed", Fault::client, 0, 400, 13, Retry::never},

    ErrorRow{Err::bad_request, "bad_request", Fault::client, 400, 400, 13, Retry::never},
    ErrorRow{Err::bad_framing, "bad_framing", Fault::client, 400, 400, 13, Retry::never},
    ErrorRow{Err::bad_field, "bad_field", Fault::client, 400, 400, 13, Retry::never},
    ErrorRow{Err::bad_target, "bad_target", Fault::client, 400, 400, 13, Retry::never},
    ErrorRow{Err::bad_host, "bad_host", Fault::client, 400, 400, 13, Retry::never},
    ErrorRow{Err::bad_body, "bad_body", Fault::client, 400, 400, 13, Retry::never},
    ErrorRow{Err::bad_version, "bad_version", Fault::client, 505, 505, 13, Retry::never},
    ErrorRow{Err::malformed, "malformed", Fault::client, 0, 400, 13, Retry::never},
    ErrorRow{Err::unknown_coding, "unknown_coding", Fault::client, 501, 501, 12, Retry::never},
    ErrorRow{Err::method_refused, "method_refused", Fault::client, 405, 405, 12, Retry::never},
    ErrorRow{Err::upgrade_unsupported, "upgrade_unsupported", Fault::client, 501, 501, 12,
             Retry::never},
    ErrorRow{Err::uri_too_long, "uri_too_long", Fault::client, 414, 414, 13, Retry::never},
    ErrorRow{Err::head_too_large, "head_too_large", Fault::client, 431, 431, 13, Retry::never},
    ErrorRow{Err::body_too_large, "body_too_large", Fault::client, 413, 413, 8, Retry::never},
    ErrorRow{Err::length_required, "length_required", Fault::client, 411, 411, 13, Retry::never},
    ErrorRow{Err::plain_to_tls_port, "plain_to_tls_port", Fault::client, 400, 400, 13,
             Retry::never},
    ErrorRow{Err::misdirected, "misdirected", Fault::client, 421, 421, 14, Retry::never},
    ErrorRow{Err::client_certificate_missing, "client_certificate_missing", Fault::client, 400, 400,
             16, Retry::never},
    ErrorRow{Err::client_certificate_refused, "client_certificate_refused", Fault::client, 400, 400,
             16, Retry::never},
    ErrorRow{Err::client_certificate_unfit, "client_certificate_unfit", Fault::client, 403, 403, 7,
             Retry::never},
    ErrorRow{Err::head_timeout, "head_timeout", Fault::client, 408, 408, 4, Retry::never},
    ErrorRow{Err::body_timeout, "body_timeout", Fault::client, 408, 408, 4, Retry::never},
    ErrorRow{Err::client_gone, "client_gone", Fault::client, 0, 499, 1, Retry::never},
    ErrorRow{Err::client_stalled, "client_stalled", Fault::client, 0, 408, 4, Retry::never},
    ErrorRow{Err::session_idle, "session_idle", Fault::client, 0, 200, 4, Retry::never},

    ErrorRow{Err::no_route, "no_route", Fault::config, 404, 404, 12, Retry::never},
    ErrorRow{Err::no_endpoint, "no_endpoint", Fault::config, 503, 503, 14, Retry::never},
    ErrorRow{Err::client_authorities_unusable, "client_authorities_unusable", Fault::config, 403,
             403, 7, Retry::never},

    ErrorRow{Err::name_unresolved, "name_unresolved", Fault::upstream, 502, 502, 14, Retry::never},
    ErrorRow{Err::name_timeout, "name_timeout", Fault::upstream, 504, 504, 4, Retry::never},
    ErrorRow{Err::connect_failed, "connect_failed", Fault::upstream, 502, 502, 14, Retry::always},
    ErrorRow{Err::connect_timeout, "connect_timeout", Fault::upstream, 504, 504, 14, Retry::always},
    ErrorRow{Err::upstream_tls, "upstream_tls", Fault::upstream, 502, 502, 14, Retry::always},
    ErrorRow{Err::upstream_refused, "upstream_refused", Fault::upstream, 502, 502, 14,
             Retry::always},
    ErrorRow{Err::upstream_reset, "upstream_reset", Fault::upstream, 502, 502, 14, Retry::never},
    ErrorRow{Err::upstream_stale, "upstream_stale", Fault::upstream, 502, 502, 14,
             Retry::if_idempotent},
    ErrorRow{Err::upstream_timeout, "upstream_timeout", Fault::upstream, 504, 504, 4, Retry::never},
    ErrorRow{Err::upstream_send_timeout, "upstream_send_timeout", Fault::upstream, 504, 504, 4,
             Retry::never},
    ErrorRow{Err::bad_response, "bad_response", Fault::upstream, 502, 502, 13, Retry::never},
    ErrorRow{Err::response_head_too_large, "response_head_too_large", Fault::upstream, 502, 502, 13,
             Retry::never},
    ErrorRow{Err::response_cut, "response_cut", Fault::upstream, 502, 502, 14, Retry::never},

    ErrorRow{Err::shutting_down, "shutting_down", Fault::us, 503, 503, 14, Retry::never},
    ErrorRow{Err::internal, "internal", Fault::us, 500, 500, 13, Retry::never},
};

namespace detail {
constexpr bool error_rows_in_order() {
    for (std::size_t i = 0; i < kErrors.size(); ++i) {
        if (static_cast<std::size_t>(kErrors[i].code) != i) return false;
    }
    return kErrors.size() == static_cast<std::size_t>(Err::internal) + 1;
}
}  // namespace detail
static_assert(detail::error_rows_in_order(), "every Err has its row, in order");

constexpr const ErrorRow& row(Err code) { return kErrors[static_cast<std::size_t>(code)]; }

/// Two words, copied freely.
struct Error {
    Err code;
    /// Static text, or the exchange's arena: printed in the log, never sent to a client, never kept
    /// beyond the exchange (to another one goes the code alone), never a secret. May be null.
    const char* detail = nullptr;
};

constexpr const ErrorRow& row(const Error& error) { return row(error.code); }

template <class T>
using Result = std::expected<T, Error>;
using Done = Result<void>;

constexpr std::unexpected<Error> fail(Err code, const char* detail = nullptr) {
    return std::unexpected(Error{code, detail});
}
constexpr std::unexpected<Error> fail(Error error) { return std::unexpected(error); }

}  // namespace breakwater
