#include "controller/translate/forwarded.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

std::string field_of(std::string_view key) { return "data[" + std::string(key) + "]"; }

bool believes_anybody(const table::ForwardedSettings& settings) {
    return std::ranges::any_of(settings.trusted, &AddressRange::is_everybody);
}

}  // namespace

void read_trusted(const table::ObjectRef& config_map, std::string_view value,
                  std::vector<AddressRange>& trusted, Report& report) {
    trusted.clear();
    for (const std::string& element : split_list(value)) {
        const auto range = AddressRange::parse(element);
        if (!range) {
            report.warn(config_map, field_of(kTrustedKey),
                        in_quotes(element) +
                            " is no address and no range such as \"10.0.0.0/8\"; nobody is "
                            "trusted for it");
            continue;
        }
        trusted.push_back(*range);
        const AddressRange everybody_v4(IpAddress::v4({}), 0);
        if (*range == everybody_v4) trusted.emplace_back(IpAddress::v6({}), 0);
    }
}

Value<std::string> parse_header_name(std::string_view text) {
    const bool valid =
        std::ranges::all_of(text, [](char c) { return is_alpha(c) || is_digit(c) || c == '-'; });
    if (!valid) return refuse("is not the name of a header");
    return std::string(text);
}

void warn_of_forgery(const table::ObjectRef& config_map, const table::Settings& settings,
                     Report& report) {
    if (!believes_anybody(settings.forwarded)) return;
    const std::string field = field_of(kTrustedKey);
    if (settings.forwarded.believes()) {
        const std::string_view asked_for =
            settings.forwarded.use_headers ? "use-forwarded-headers" : "enable-real-ip";
        report.warn(config_map, field,
                    std::string(asked_for) +
                        " is on and everybody is trusted, so every client may name any address as "
                        "its own; list the proxies in front here");
    }
    if (settings.proxy_protocol.required) {
        report.warn(config_map, field,
                    "use-proxy-protocol is on and everybody is trusted, so whoever reaches a port "
                    "may name any address as its own; list the load balancers in front here");
    }
}

void warn_of_forgery(const std::vector<L4Entry>& entries, const table::ForwardedSettings& settings,
                     Report& report) {
    if (!believes_anybody(settings)) return;
    for (const L4Entry& entry : entries) {
        if (!entry.accept_proxy) continue;
        report.warn(entry.config_map, entry.field,
                    "a PROXY header is awaited and everybody is trusted, so whoever reaches the "
                    "port may name any address as its own; list the load balancers in front in " +
                        std::string(kTrustedKey));
    }
}

}  // namespace breakwater::translate
