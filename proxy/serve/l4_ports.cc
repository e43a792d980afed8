#include "proxy/serve/l4_ports.h"

#include <utility>

#include "proxy/base/log.h"
#include "proxy/serve/listeners.h"

namespace breakwater::serve {
namespace {

using table::L4Port;
using table::RoutingTable;

void say_failed(const table::L4Service& service, const std::string& reason) {
    log::warn("port not opened",
              {{"transport", service.port.transport == table::Transport::tcp ? "TCP" : "UDP"},
               {"port", service.port.number},
               {"namespace", service.target.namespace_name},
               {"service", service.target.service},
               {"reason", reason}});
}

}  // namespace

std::vector<L4Port> L4Ports::close(const RoutingTable& table) {
    const auto gone = [&](L4Port port) { return !table::find_l4_service(table, port); };
    std::vector<L4Port> closed;
    for (const L4Port port : open_) {
        if (gone(port)) closed.push_back(port);
    }
    for (const L4Port port : closed) open_.erase(port);
    std::erase_if(failed_, [&](const auto& failure) { return gone(failure.first); });
    return closed;
}

std::vector<std::vector<L4Opened>> L4Ports::open(const RoutingTable& table, std::size_t workers) {
    std::vector<std::vector<L4Opened>> opened(workers);
    for (const auto& service : table.l4_services) {
        if (open_.contains(service->port)) continue;
        Listeners listeners = open_port(table.settings, service->port, workers);
        if (!listeners) {
            std::string& said = failed_[service->port];
            if (said != listeners.error()) say_failed(*service, listeners.error());
            said = std::move(listeners.error());
            continue;
        }
        failed_.erase(service->port);
        open_.insert(service->port);
        for (std::size_t i = 0; i < workers; ++i) {
            L4Opened& of_worker = opened[i].emplace_back();
            of_worker.port = service->port;
            for (Listener& one : (*listeners)[i]) of_worker.fds.push_back(std::move(one.fd));
        }
    }
    failed_count_ = failed_.size();
    return opened;
}

}  // namespace breakwater::serve
