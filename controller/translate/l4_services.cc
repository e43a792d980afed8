#include "controller/translate/l4_services.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "controller/translate/value.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

using table::L4Service;
using table::ProxyVersion;
using table::Transport;

constexpr int kMostPort = 65535;
// The options of an entry, counted from its Service's name.
constexpr std::size_t kAcceptAt = 2;
constexpr std::size_t kSendAt = 3;
constexpr std::string_view kLeftOut = "; it is left out";

std::string_view word_of(Transport transport) {
    return transport == Transport::tcp ? "tcp" : "udp";
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::uint16_t> port_number(std::string_view text) {
    const Value<int> number = parse_count(text);
    if (!number || *number < 1 || *number > kMostPort) return {};
    return static_cast<std::uint16_t>(*number);
}

/// By number where it is one, else by name.
kube::PortRef port_ref(std::string_view text) {
    if (const auto number = port_number(text)) return {.name = {}, .number = *number};
    return {.name = std::string(text), .number = 0};
}

/// Reads one ConfigMap.
class EntryReader {
public:
    EntryReader(Transport transport, const kube::Key& config_map, const Options& options,
                Report& report)
        : transport_(transport),
          object_(ref(kube::Kind::config_map, config_map)),
          options_(options),
          report_(report) {}

    void read(const kube::ConfigMap& config_map, std::vector<L4Entry>& into) {
        std::map<std::uint16_t, std::string> taken;
        for (const auto& [key, value] : config_map.data) {
            const std::string field = "data[" + key + "]";
            const auto port = port_of(key, field);
            if (!port) continue;
            const auto [first, is_first] = taken.emplace(*port, key);
            if (!is_first) {
                wrong(field, in_quotes(first->second) + " is the same port");
                continue;
            }
            L4Entry entry{.config_map = object_,
                          .field = field,
                          .port = {transport_, *port},
                          .to = {.service = {}, .port = {}, .protocol = protocol()}};
            if (lead(trim(value, " \t\r\n"), entry)) into.push_back(std::move(entry));
        }
    }

    void report_missing() {
        report_.warn(object_, "",
                     "the ConfigMap named by --" + std::string(word_of(transport_)) +
                         "-services-configmap does not exist; there are no such services");
    }

private:
    [[nodiscard]] kube::Protocol protocol() const {
        return transport_ == Transport::tcp ? kube::Protocol::tcp : kube::Protocol::udp;
    }

    void wrong(const std::string& field, const std::string& text) {
        report_.error(object_, field, text + std::string(kLeftOut));
    }

    std::optional<std::uint16_t> port_of(const std::string& key, const std::string& field) {
        const auto port = port_number(key);
        if (!port) {
            wrong(field, in_quotes(key) + " is no port (1 to 65535)");
            return {};
        }
        if (options_.own_ports.contains(*port)) {
            wrong(field, "the port " + key + " is Breakwater's own");
            return {};
        }
        return port;
    }

    /// Reads `namespace/service:port[:PROXY[:PROXY|PROXY-V2]]`. @return whether it could be
    bool lead(std::string_view text, L4Entry& entry) {
        const std::vector<std::string_view> parts = split(text, ':');
        const auto service = kube::Key::from(parts[0]);
        if (!service || parts.size() < 2 || parts.size() > 4 || parts[1].empty()) {
            wrong(entry.field,
                  in_quotes(text) + " is not NAMESPACE/SERVICE:PORT[:PROXY[:PROXY|PROXY-V2]]");
            return false;
        }
        entry.to.service = *service;
        entry.to.port = port_ref(parts[1]);
        entry.accept_proxy = option(parts, kAcceptAt, entry.field) != ProxyVersion::none;
        entry.send_proxy = option(parts, kSendAt, entry.field);
        return true;
    }

    /// An option that is unknown costs only itself, as with ingress-nginx. It knows no PROXY-V2 (send-proxy-v2 of HAProxy).
    ProxyVersion option(const std::vector<std::string_view>& parts, std::size_t at,
                        const std::string& field) {
        if (at >= parts.size() || parts[at].empty()) return ProxyVersion::none;
        const bool v2 = at == kSendAt && equals_ignoring_case(parts[at], "PROXY-V2");
        if (!v2 && !equals_ignoring_case(parts[at], "PROXY")) {
            const std::string_view known = at == kSendAt ? "PROXY or PROXY-V2" : "PROXY";
            report_.warn(object_, field,
                         in_quotes(parts[at]) + " is not the option " + std::string(known) +
                             "; it is ignored");
            return ProxyVersion::none;
        }
        if (transport_ == Transport::udp) {
            report_.warn(object_, field, "datagrams have no PROXY header; the option is ignored");
            return ProxyVersion::none;
        }
        return v2 ? ProxyVersion::v2 : ProxyVersion::v1;
    }

    Transport transport_;
    table::ObjectRef object_;
    const Options& options_;
    Report& report_;
};

}  // namespace

std::vector<L4Entry> read_l4_entries(const kube::Objects& objects, const Options& options,
                                     Report& report) {
    std::vector<L4Entry> entries;
    const auto read = [&](Transport transport, const std::optional<kube::Key>& key) {
        if (!key) return;
        EntryReader reader(transport, *key, options, report);
        if (const kube::ConfigMap* const config_map = objects.config_maps.find(*key)) {
            reader.read(*config_map, entries);
        } else {
            reader.report_missing();
        }
    };
    read(Transport::tcp, options.tcp_services);
    read(Transport::udp, options.udp_services);
    std::ranges::sort(entries, {}, &L4Entry::port);
    return entries;
}

L4Services make_l4_services(const std::vector<L4Entry>& entries, const table::RoutingTable* before,
                            BackendFinder& backends, Report& report) {
    L4Services services;
    for (const L4Entry& entry : entries) {
        auto backend = backends.find(entry.to);
        if (!backend) {
            report.error(entry.config_map, entry.field, backend.error() + std::string(kLeftOut));
            continue;
        }
        L4Service service{.port = entry.port,
                          .accept_proxy = entry.accept_proxy,
                          .target = {.namespace_name = entry.to.service.namespace_name,
                                     .service = entry.to.service.name,
                                     .service_port = entry.to.port_text(),
                                     .backend = std::move(*backend),
                                     .send_proxy = entry.send_proxy}};
        auto node = before ? table::find_l4_service(*before, entry.port) : nullptr;
        if (!node || *node != service) {
            node = std::make_shared<const L4Service>(std::move(service));
        }
        services.push_back(std::move(node));
    }
    return services;
}

}  // namespace breakwater::translate
