#pragma once
// Where a certificate says that its OCSP responder is, and asking it: RFC 6960 appendix A.1, by POST.
//
// The URL is whatever stands in a Secret's certificate, so whoever may write one can have us send a
// request to an address of his choice. What he can do with it is bounded (docs/decisions/ocsp.md): plain
// http, never to this machine, no redirect is followed, and what is answered is read by nobody but the
// check of a response.
//
// The worker's thread, but for parse_responder().

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/address.h"
#include "proxy/exchange/exchange.h"
#include "proxy/reactor/task.h"
#include "proxy/resolve/resolver.h"

namespace breakwater::ocsp {

struct Responder {
    std::string url;        ///< as the certificate has it
    std::string authority;  ///< host and port as written
    std::string host;       ///< to be resolved: lower case, an IPv6 address without brackets
    std::uint16_t port = 80;
    std::string path;
    std::string query;
    bool has_query = false;
};

/// Pure; any thread. @return nullopt where it is no http URL that can be asked
[[nodiscard]] std::optional<Responder> parse_responder(std::string_view url);

/// Lent to those who ask; both outlive them.
struct Means {
    exchange::Lender& lender;
    resolve::Resolver& resolver;
    bool any_address = false;  ///< also one that is_off_limits(): for tests
};

/// Real responses have less than 3 KiB, with two certificates in them.
inline constexpr std::size_t kMaxResponseBytes = 64 * 1024;

/// What comes back for `request`, whatever it is.
/// @param responder, request  outlive the task.
/// @return one sentence where nothing does
Task<std::expected<std::string, std::string>> ask(Means means, const Responder& responder,
                                                  const std::string& request, Deadline deadline);

}  // namespace breakwater::ocsp
