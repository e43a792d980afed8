#pragma once
// The PROXY protocol, versions 1 and 2: who a connection comes from, as a load balancer in front of us
// says it (haproxy.org, doc/proxy-protocol.txt), and as we say it to a pod. `use-proxy-protocol`:
// reference 5.1; TCP services: reference 6.
//
// Parsing and writing are pure; any thread. Reading is the worker's.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/address.h"
#include "proxy/base/error.h"
#include "proxy/reactor/reactor.h"
#include "proxy/reactor/task.h"
#include "proxy/table/l4_service.h"

namespace breakwater::l4 {

struct ProxyHeader {
    /// Where the connection comes from and goes to; for a connection of the balancer's own (a health check) and
    /// for a family that is neither IPv4 nor IPv6, nothing: the connection's own addresses stand.
    struct Addresses {
        SocketAddress source;
        SocketAddress destination;
    };

    std::size_t bytes = 0;  ///< of the header itself
    std::optional<Addresses> addresses;
};

/// More than any header with its additional fields (TLVs, which are passed over) has in use.
inline constexpr std::size_t kMaxProxyHeaderBytes = 4 * 1024;

/// @param bytes  what a connection begins with
/// @return nullopt while more is needed
/// @error bad_request  no header, a wrong one, or more than kMaxProxyHeaderBytes
Result<std::optional<ProxyHeader>> parse_proxy_header(std::string_view bytes);

/// For a pod; empty for ProxyVersion::none. Addresses of two families have no form of their own: UNKNOWN in
/// version 1, AF_UNSPEC in version 2.
std::string write_proxy_header(table::ProxyVersion version, const SocketAddress& source,
                               const SocketAddress& destination);

/// Takes the header, and no byte behind it, off a connection of which nothing has been read.
/// @param fd  non-blocking, registered with no poller; open until the task has ended
/// @error as above; io_timeout, io_closed, io_failed
Task<Result<ProxyHeader>> read_proxy_header(Reactor& reactor, int fd, Deadline deadline);

}  // namespace breakwater::l4
