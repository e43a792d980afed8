#include <fmt/format.h>

#include <array>
#include <utility>

#include "cmd/breakwater/flags/flag_group.h"
#include "cmd/breakwater/flags/groups.h"

namespace breakwater::cmd {

void add_ports(CLI::App& app, Options& to) {
    FlagGroup flags(app, "Ports");
    flags.port("--http-port", to.http_port, "clients, plain");
    flags.port("--https-port", to.https_port, "clients, TLS");
    flags.port("--healthz-port", to.healthz_port, "/healthz, /readyz, /metrics");
    flags.text("--healthz-host", to.healthz_host, "IP", "its address; without it all of them",
               [](const std::string& text) {
                   const bool good = text.empty() || IpAddress::parse(text);
                   return std::string(good ? "" : "is not an IP address");
               });
    flags.text("--health-check-path", to.health_check_path, "PATH", "the path of /healthz",
               [](const std::string& text) {
                   return std::string(text.starts_with('/') ? "" : "does not begin with a slash");
               });
    flags.port("--admin-port", to.admin_port, "/debug/*, on 127.0.0.1 only; 0: none");
    flags.on_off("--enable-metrics", to.enable_metrics, "whether there is /metrics");
}

std::optional<std::string> settle_ports(Options& options) {
    const std::uint16_t webhook = options.webhook.address ? options.webhook.address->port : 0;
    const std::array<std::pair<const char*, std::uint16_t>, 5> ports{
        {{"--http-port", options.http_port},
         {"--https-port", options.https_port},
         {"--healthz-port", options.healthz_port},
         {"--admin-port", options.admin_port},
         {"--validating-webhook", webhook}}};
    std::set<std::uint16_t>& own = options.translation.own_ports;
    own.clear();
    for (const auto& [name, port] : ports) {
        if (port == 0 || own.insert(port).second) continue;
        for (const auto& [other, same] : ports) {
            if (same == port) return fmt::format("{} and {} are both {}", other, name, port);
        }
    }
    return {};
}

}  // namespace breakwater::cmd
