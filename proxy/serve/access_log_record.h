#pragma once
// What the access log and the counters say of one request: plain values, filled when it ends.
//
// The texts are borrowed: they belong to the exchange, and whoever keeps a record copies them first
// (pack() does). No library of the data path is needed to make one, so tests make them by hand.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "proxy/base/address.h"
#include "proxy/base/clock.h"
#include "proxy/base/error.h"
#include "proxy/exchange/fetch.h"

namespace breakwater::serve {

/// A record but for its texts and attempts: what may be copied as bytes.
struct LogFacts {
    WallTime time{};          ///< when the request ended
    Duration request_time{};  ///< since its first byte was there
    SocketAddress remote;
    int status = 0;  ///< as sent; of a request that nobody answered: ErrorRow::logged_status
    http::Method method_id = http::Method::get;
    bool session = false;              ///< of a TCP or UDP service: bytes alone, no request
    bool routed = false;               ///< the head was read, so a route is known
    std::uint64_t route_id = 0;        ///< exchange::Route::id; 0 where no route is known
    std::uint64_t request_bytes = 0;   ///< head and body, as they came
    std::uint64_t response_bytes = 0;  ///< head and body, as they left
    std::uint64_t body_bytes = 0;      ///< of the response's body alone
    std::optional<int> grpc_status;    ///< of an answer in gRPC, where it has come to its end
    std::optional<Err> error;          ///< why there was no answer, or why it was cut
    std::string_view protocol;         ///< static; may be empty
    std::string_view scheme;           ///< static
};

struct LogRecord : LogFacts, exchange::RouteNames {
    std::string_view user;  ///< as authenticated here; every text may be empty
    std::string_view method;
    std::string_view target;  ///< as received
    std::string_view host;    ///< as asked for, without port
    std::string_view referer;
    std::string_view user_agent;
    std::string_view request_id;
    std::string_view error_detail;

    std::span<const exchange::Attempt> attempts;  ///< those that were recorded, first to last
};

}  // namespace breakwater::serve
