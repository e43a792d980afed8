#pragma once
// What of gRPC over HTTP/2 a proxy has to know: who speaks it, and what a status is called in it.
// github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and doc/http-grpc-status-mapping.md.
//
// Pure; any thread.

#include <optional>
#include <string_view>

#include "proxy/base/clock.h"
#include "proxy/http/fields.h"

namespace breakwater::exchange::grpc {

/// The largest status that has a meaning: UNAUTHENTICATED.
inline constexpr int kLastStatus = 16;
inline constexpr std::string_view kType = "application/grpc";

/// What stands behind `name` where that is the type: nothing, `+proto`, `;charset=utf-8`.
/// @param type  of a Content-Type @return nullopt: it is another type
[[nodiscard]] std::optional<std::string_view> behind_type(std::string_view type,
                                                          std::string_view name);
/// `application/grpc`, alone or with `+proto` or the like behind it.
[[nodiscard]] bool is_content(const http::Fields& fields);
/// What `grpc-status` says there; nullopt where it does not stand or is no number of a status.
[[nodiscard]] std::optional<int> status_in(const http::Fields& fields);
/// How long the client waits for the whole answer: `grpc-timeout`. Nullopt where it says nothing, or what is
/// no time; a year where it is longer.
[[nodiscard]] std::optional<Duration> timeout_in(const http::Fields& fields);
/// What a client makes of an HTTP status that came in the place of a gRPC answer.
[[nodiscard]] int status_for(int http_status);

}  // namespace breakwater::exchange::grpc
