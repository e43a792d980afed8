#include "proxy/table/routing_table.h"

#include <gtest/gtest.h>

#include <functional>

namespace breakwater::table {
namespace {

RoutingTable table() {
    Certificate certificate;
    certificate.name = "d/web";
    certificate.key_pem = "key";
    Host host;
    host.name = "a.example";
    host.certificate = std::make_shared<Certificate>(certificate);
    host.locations.resize(1);
    host.locations[0].backend = "d-web-80";
    Backend backend{.name = "d-web-80", .endpoints = {{{IpAddress::v4({10, 0, 0, 1}), 80}}}};

    RoutingTable out;
    out.hosts.push_back(std::make_shared<Host>(host));
    out.catch_all = std::make_shared<Host>();
    out.l4_services.push_back(std::make_shared<L4Service>());
    out.backends.put(backend);
    return out;
}

TEST(RoutingTable, FindsAServiceByItsPort) {
    RoutingTable table;
    for (const L4Port port :
         {L4Port{Transport::tcp, 53}, L4Port{Transport::tcp, 5432}, L4Port{Transport::udp, 53}}) {
        table.l4_services.push_back(std::make_shared<L4Service>(L4Service{port, false, {}}));
    }
    EXPECT_EQ(find_l4_service(table, {Transport::udp, 53}), table.l4_services[2]);
    EXPECT_EQ(find_l4_service(table, {Transport::tcp, 53}), table.l4_services[0]);
    EXPECT_EQ(find_l4_service(table, {Transport::udp, 5432}), nullptr);
}

TEST(RoutingTable, ComparesWhatIsPointedTo) { EXPECT_EQ(table(), table()); }

struct Change {
    const char* name;
    std::function<void(RoutingTable&)> apply;
};

template <class T>
void change_node(std::shared_ptr<const T>& node, const std::function<void(T&)>& edit) {
    T copy = *node;
    edit(copy);
    node = std::make_shared<T>(std::move(copy));
}

const Change kChanges[] = {
    {"setting", [](RoutingTable& t) { t.settings.via = true; }},
    {"host_added", [](RoutingTable& t) { t.hosts.push_back(t.hosts[0]); }},
    {"host_gone", [](RoutingTable& t) { t.hosts.clear(); }},
    {"certificate_key",
     [](RoutingTable& t) {
         change_node<Host>(t.hosts[0], [](Host& host) {
             change_node<Certificate>(host.certificate,
                                      [](Certificate& c) { c.key_pem = "other"; });
         });
     }},
    {"certificate_gone",
     [](RoutingTable& t) {
         change_node<Host>(t.hosts[0], [](Host& host) { host.certificate = nullptr; });
     }},
    {"rsa_certificate",
     [](RoutingTable& t) {
         change_node<Host>(t.hosts[0], [](Host& host) {
             host.rsa_certificate = std::make_shared<Certificate>();
         });
     }},
    {"location",
     [](RoutingTable& t) {
         change_node<Host>(t.hosts[0],
                           [](Host& host) { host.locations[0].policies.retry.tries = 1; });
     }},
    {"fallback",
     [](RoutingTable& t) {
         change_node<Host>(t.hosts[0], [](Host& host) { host.fallback.backend = "b"; });
     }},
    {"catch_all",
     [](RoutingTable& t) {
         change_node<Host>(t.catch_all, [](Host& host) { host.fallback.backend = "b"; });
     }},
    {"endpoint",
     [](RoutingTable& t) {
         Backend changed = *t.backends.find("d-web-80");
         changed.endpoints[0].address.port = 81;
         t.backends.put(std::move(changed));
     }},
    {"passthrough",
     [](RoutingTable& t) {
         change_node<Host>(t.hosts[0], [](Host& host) { host.passthrough.emplace(); });
     }},
    {"l4_service",
     [](RoutingTable& t) {
         change_node<L4Service>(t.l4_services[0], [](L4Service& s) { s.target.backend = "b"; });
     }},
    {"l4_service_gone", [](RoutingTable& t) { t.l4_services.clear(); }},
    {"backend_gone", [](RoutingTable& t) { t.backends = {}; }},
    {"default_certificate",
     [](RoutingTable& t) { t.default_certificate = std::make_shared<Certificate>(); }},
    {"ticket_secret", [](RoutingTable& t) { t.ticket_secret = std::make_shared<TicketSecret>(); }},
};

class ChangeTest : public testing::TestWithParam<Change> {};

TEST_P(ChangeTest, IsSeen) {
    RoutingTable changed = table();
    GetParam().apply(changed);
    EXPECT_FALSE(changed == table());
}

INSTANTIATE_TEST_SUITE_P(Nodes, ChangeTest, testing::ValuesIn(kChanges),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace breakwater::table
