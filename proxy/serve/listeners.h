#pragma once
// The addresses on which clients are served, and who accepts from them.

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "proxy/base/address.h"
#include "proxy/reactor/descriptor.h"
#include "proxy/reactor/task.h"
#include "proxy/table/l4_service.h"
#include "proxy/table/settings.h"

namespace breakwater {
class Reactor;
}

namespace breakwater::serve {

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

/// By worker, or one sentence that names the address and why.
using Listeners = std::expected<std::vector<std::vector<Listener>>, std::string>;

/// Opens one listener a worker on every address that the settings name, for both ports.
Listeners open_listeners(const table::Settings& settings, ListenerPorts ports, std::size_t workers);
/// The same for one port; of UDP they are bound sockets.
Listeners open_port(const table::Settings& settings, table::L4Port port, std::size_t workers);

/// Whom each connection is handed, on the worker's thread.
using Accept = std::function<void(Descriptor fd, const SocketAddress& peer)>;

/// Accepts for as long as it is not cancelled. Where no descriptor is free it pauses, and says so once.
Task<void> accept_connections(Reactor& reactor, Descriptor listening, Accept accept);

}  // namespace breakwater::serve
