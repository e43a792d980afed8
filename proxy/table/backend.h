#pragma once
// Where requests can go: a Service's port with the addresses that are ready. Values; any thread.
//
// What lives (connections, health, counters) is kept by the workers under the backend's name and the
// endpoint's address, never here: a new table resets nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/base/shelf.h"

namespace breakwater::table {

struct Endpoint {
    SocketAddress address;
    bool operator==(const Endpoint&) const = default;
};

/// What is outside of the cluster: a name, whose addresses the proxy finds out and follows.
struct ExternalHost {
    std::string name;  ///< lower case, without a dot at its end
    std::uint16_t port = 0;
    bool operator==(const ExternalHost&) const = default;
};

/// How one of a backend's endpoints is chosen: `load-balance`.
enum class Balance : std::uint8_t { round_robin };
/// By Balance: as users write them, and as dumps have them.
inline constexpr std::string_view kBalanceNames[] = {"round_robin"};

/// What an Ingress may say about a backend as a whole. `each_member()` is policy.h's.
struct BackendPolicies {
    Balance balance = Balance::round_robin;
    bool operator==(const BackendPolicies&) const = default;
    static void each_member(const auto& each, const auto&... of) { each("balance", of.balance...); }
};

struct Backend {
    std::string name;  ///< `<namespace>-<service>-<port>`, as in logs; the key of what lives
    std::vector<Endpoint> endpoints;  ///< sorted by address, none twice; empty: nobody is ready
    /// In the place of endpoints: a Service of type ExternalName.
    std::optional<ExternalHost> external = {};
    BackendPolicies policies = {};

    /// Nobody can be asked.
    [[nodiscard]] bool empty() const { return endpoints.empty() && !external; }
    bool operator==(const Backend&) const = default;
};

struct BackendName {
    std::string_view operator()(const Backend& backend) const { return backend.name; }
};
/// By name.
using Backends = Shelf<Backend, BackendName>;

}  // namespace breakwater::table
