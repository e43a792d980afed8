#include "controller/translate/external_name.h"

#include <string>
#include <string_view>
#include <utility>

#include "controller/translate/names.h"
#include "proxy/base/address_range.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

constexpr std::string_view kOfThisMachine =
    "is of the machine that the proxy runs on, of its link, or its cloud's metadata service";

bool is_localhost(std::string_view name) {  // RFC 6761 section 6.3
    return name == "localhost" || name.ends_with(".localhost");
}

/// @return why nothing may go there, as the end of a sentence; nothing where it may.
std::optional<std::string_view> mistake_in(const std::string& name, const Options& options) {
    if (const auto ip = IpAddress::parse(name)) {
        if (ip->is_loopback() && options.allow_loopback_endpoints) return {};
        if (is_off_limits(*ip)) return kOfThisMachine;
        return {};
    }
    if (name.starts_with('*')) return "is not a DNS name";
    if (is_localhost(name) && !options.allow_loopback_endpoints) return kOfThisMachine;
    return mistake_in_host(name);
}

}  // namespace

std::optional<std::uint16_t> external_port(const kube::PortRef& wanted,
                                           const kube::Service::Port* found) {
    if (found) return found->target_port.number != 0 ? found->target_port.number : found->port;
    if (wanted.number != 0) return wanted.number;
    return {};
}

void lead_outside(const kube::Service& service, std::uint16_t port, const Options& options,
                  table::Backend& backend, Report& report) {
    std::string name = lower_case(service.external_name);
    if (name.ends_with('.')) name.pop_back();
    if (const auto mistake = mistake_in(name, options)) {
        report.error(ref(kube::Kind::service, service.meta.key()), "spec.externalName",
                     in_quotes(service.external_name) + " " + std::string(*mistake) +
                         "; requests are answered with 503");
    } else {
        // An address, too: whether it is one of the machine's interfaces only the proxy sees.
        backend.external = {std::move(name), port};
    }
}

}  // namespace breakwater::translate
