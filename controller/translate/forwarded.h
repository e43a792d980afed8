#pragma once
// Who is believed about a client's address: the ConfigMap's `proxy-real-ip-cidr` and what goes with it.
//
// A mistake here must not make anybody trusted, so it does not fall back to the default, which trusts
// everybody. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "controller/translate/l4_services.h"
#include "controller/translate/report.h"
#include "controller/translate/value.h"
#include "proxy/table/settings.h"

namespace breakwater::translate {

inline constexpr std::string_view kTrustedKey = "proxy-real-ip-cidr";

/// Addresses and ranges between commas. An element that is neither is left out, with a warning, and
/// `0.0.0.0/0` is everybody, of either family. Replaces `trusted`.
void read_trusted(const table::ObjectRef& config_map, std::string_view value,
                  std::vector<AddressRange>& trusted, Report& report);

/// `forwarded-for-header`: letters, digits and hyphens. Other names do not come through.
[[nodiscard]] Value<std::string> parse_header_name(std::string_view text);

/// Says so where everybody is believed: then every client chooses its own address, by a header of its
/// request or of the PROXY protocol.
void warn_of_forgery(const table::ObjectRef& config_map, const table::Settings& settings,
                     Report& report);
/// The same of TCP services that await a PROXY header.
void warn_of_forgery(const std::vector<L4Entry>& entries, const table::ForwardedSettings& settings,
                     Report& report);

}  // namespace breakwater::translate
