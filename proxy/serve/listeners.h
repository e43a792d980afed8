#pragma once
// The addresses on which clients are served, and who accepts from them.

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/reactor/task.h"
#include "proxy/table/settings.h"

namespace breakwater {
class Reactor;
}

namespace breakwater::serve {

class Worker;

/// One listening socket of one worker.
struct Listener {
    Descriptor fd;
    SocketAddress address;
    bool tls = false;
};

struct ListenerPorts {
    std::uint16_t http = 80;
    std::uint16_t https = 443;
};

/// Opens one listener a worker on every address that the settings name, for both ports.
/// @return by worker, or one sentence that names the address and why
std::expected<std::vector<std::vector<Listener>>, std::string> open_listeners(
    const table::Settings& settings, ListenerPorts ports, std::size_t workers);

/// Accepts for as long as it is not cancelled. Where no descriptor is free it pauses, and says so once.
Task<void> accept_connections(Worker& worker, Listener listener);

}  // namespace breakwater::serve
