#include "proxy/table/routing_table.h"

#include <algorithm>

#include "proxy/table/same.h"

namespace breakwater::table {

bool Host::operator==(const Host& other) const {
    return name == other.name && same(certificate, other.certificate) &&
           same(rsa_certificate, other.rsa_certificate) && policies == other.policies &&
           locations == other.locations && fallback == other.fallback &&
           passthrough == other.passthrough;
}

bool RoutingTable::operator==(const RoutingTable& other) const {
    return settings == other.settings && same(catch_all, other.catch_all) &&
           same(default_certificate, other.default_certificate) &&
           same(ticket_secret, other.ticket_secret) &&
           std::equal(hosts.begin(), hosts.end(), other.hosts.begin(), other.hosts.end(),
                      same<Host>) &&
           (backends.same_as(other.backends) ||
            std::equal(backends.begin(), backends.end(), other.backends.begin(),
                       other.backends.end(), same<Backend>)) &&
           std::equal(l4_services.begin(), l4_services.end(), other.l4_services.begin(),
                      other.l4_services.end(), same<L4Service>);
}

std::shared_ptr<const Host> find_host(const RoutingTable& table, std::string_view name) {
    if (name.empty()) return table.catch_all;
    const auto name_of = [](const auto& host) -> std::string_view { return host->name; };
    const auto found = std::ranges::lower_bound(table.hosts, name, {}, name_of);
    return found != table.hosts.end() && (*found)->name == name ? *found : nullptr;
}

std::shared_ptr<const L4Service> find_l4_service(const RoutingTable& table, L4Port port) {
    const auto found = std::ranges::lower_bound(table.l4_services, port, {},
                                                [](const auto& service) { return service->port; });
    return found != table.l4_services.end() && (*found)->port == port ? *found : nullptr;
}

}  // namespace breakwater::table
