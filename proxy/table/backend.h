#pragma once
// Where requests can go: a Service's port with the addresses that are ready. Values; any thread.
//
// What lives (connections, health, counters) is kept by the workers under the backend's name and the
// endpoint's address, never here: a new table resets nothing.

#include <string>
#include <vector>

#include "proxy/base/address.h"

namespace breakwater::table {

struct Endpoint {
    SocketAddress address;
    bool operator==(const Endpoint&) const = default;
};

struct Backend {
    std::string name;  ///< `<namespace>-<service>-<port>`, as in logs; the key of what lives
    std::vector<Endpoint> endpoints;  ///< sorted by address, none twice; empty: nobody is ready
    bool operator==(const Backend&) const = default;
};

}  // namespace breakwater::table
