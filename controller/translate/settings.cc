#include "controller/translate/settings.h"

#include <algorithm>

#include "controller/translate/annotations/groups.h"
#include "controller/translate/annotations/read.h"
#include "controller/translate/forwarded.h"
#include "controller/translate/known.h"
#include "controller/translate/setter.h"
#include "proxy/base/address.h"
#include "proxy/base/ascii.h"

namespace breakwater::translate {
namespace {

using table::ClientSettings;
using table::ForwardedSettings;
using table::HeadLimits;
using table::Http2Settings;
using table::L4Settings;
using table::ProxyProtocolSettings;
using table::Settings;
using table::TlsSettings;
using table::UpstreamSettings;

/// `large-client-header-buffers`: a number and a size, as in "4 8k".
Value<HeadLimits> parse_head_limits(std::string_view text) {
    constexpr std::uint64_t kMostBytes = 16 * 1024 * 1024;  // a head is held in memory whole
    const std::size_t blank = text.find(' ');
    const Value<int> count = parse_count(text.substr(0, blank));
    const Value<std::uint64_t> size =
        parse_size(blank == text.npos ? std::string_view() : trim(text.substr(blank)));
    if (!count || !size || *count == 0 || *size == 0) return refuse("is not such as \"4 8k\"");
    if (*size > kMostBytes || static_cast<std::uint64_t>(*count) > kMostBytes / *size) {
        return refuse("is more than 16 MiB in all");
    }
    const auto line = static_cast<std::uint32_t>(*size);
    return HeadLimits{line, line * static_cast<std::uint32_t>(*count)};
}

/// `bind-address`: IP addresses, IPv6 ones with or without brackets.
Value<std::vector<std::string>> parse_addresses(std::string_view text) {
    std::vector<std::string> out = split_list(text);
    for (std::string& address : out) {
        if (address.starts_with('[') && address.ends_with(']')) {
            address = address.substr(1, address.size() - 2);
        }
        if (!IpAddress::parse(address)) return refuse("is not a list of IP addresses");
    }
    return out;
}

/// What `ssl-protocols` names; TLS 1.0 and 1.1 stand in many a ConfigMap.
struct Protocols {
    bool tls12 = false;
    bool tls13 = false;
};

Value<Protocols> parse_protocols(std::string_view text) {
    Protocols named;
    while (!text.empty()) {
        const std::size_t blank = text.find_first_of(" \t");
        const std::string_view one = text.substr(0, blank);
        if (one == "TLSv1.2") {
            named.tls12 = true;
        } else if (one == "TLSv1.3") {
            named.tls13 = true;
        } else if (one == "TLSv1.1" || one == "TLSv1" || one == "SSLv3" || one == "SSLv2") {
            return refuse("names " + std::string(one) + ", which is insecure: RFC 8996, RFC 7568");
        } else {
            return refuse("is no list of TLSv1.2 and TLSv1.3");
        }
        text = blank == text.npos ? std::string_view() : trim(text.substr(blank));
    }
    return named;
}

std::optional<Refusal> set_protocols(std::string_view text, Settings& settings) {
    const Value<Protocols> named = parse_protocols(text);
    if (!named) return named.error();
    settings.tls.tls12 = named->tls12;
    settings.tls.tls13 = named->tls13;
    return {};
}

/// `ssl-ecdh-curve`: a list, or `auto` for our own.
Value<std::string> parse_groups(std::string_view text) {
    return std::string(text == "auto" ? std::string_view() : text);
}

/// No longer than the key of a ticket is good for.
Value<std::chrono::seconds> parse_session_timeout(std::string_view text) {
    constexpr std::chrono::seconds kLongest = std::chrono::hours(4);
    const Value<std::chrono::seconds> time = parse_time(text);
    if (!time) return time;
    if (*time == std::chrono::seconds(0) || *time > kLongest) {
        return refuse_mildly("is not between 1s and 4h, for which a ticket's key is good");
    }
    return time;
}

/// `ssl-session-cache`: sessions live in tickets, of which `ssl-session-tickets` decides.
std::optional<Refusal> ignore_cache(std::string_view text, Settings& /*settings*/) {
    const Value<bool> on = parse_bool(text);
    return on ? std::nullopt : std::optional(on.error());
}

std::optional<Refusal> refuse_early_data(std::string_view text, Settings& /*settings*/) {
    const Value<bool> on = parse_bool(text);
    if (!on) return on.error();
    if (!*on) return {};
    return Refusal{.text = "asks for early data, which an attacker can send again", .mild = true};
}

struct SettingRow {
    std::string_view key;
    Setter<Settings> set;
};

template <auto kParse, auto kField>
constexpr Setter<Settings> kClient = set<kParse, &Settings::client, kField>;
template <auto kParse, auto kField>
constexpr Setter<Settings> kUpstream = set<kParse, &Settings::upstream, kField>;

template <auto kParse, auto kField>
constexpr Setter<Settings> kHttp2 = set<kParse, &Settings::http2, kField>;

template <auto kParse, auto kField>
constexpr Setter<Settings> kTls = set<kParse, &Settings::tls, kField>;

template <auto kParse, auto kField>
constexpr Setter<Settings> kProxyProtocol = set<kParse, &Settings::proxy_protocol, kField>;

template <auto kParse, auto kField>
constexpr Setter<Settings> kForwarded = set<kParse, &Settings::forwarded, kField>;

template <auto kParse, auto kField>
constexpr Setter<Settings> kL4 = set<kParse, &Settings::l4, kField>;

constexpr SettingRow kRows[] = {
    {"keep-alive", kClient<parse_seconds, &ClientSettings::keep_alive>},
    {"keep-alive-requests", kClient<parse_count, &ClientSettings::keep_alive_requests>},
    {"client-header-timeout", kClient<parse_seconds, &ClientSettings::header_timeout>},
    {"client-body-timeout", kClient<parse_seconds, &ClientSettings::body_timeout>},
    {"large-client-header-buffers", set<parse_head_limits, &Settings::head_limits>},
    {"use-proxy-protocol", kProxyProtocol<parse_bool, &ProxyProtocolSettings::required>},
    {"proxy-protocol-header-timeout",
     kProxyProtocol<parse_time, &ProxyProtocolSettings::header_timeout>},
    {"use-forwarded-headers", kForwarded<parse_bool, &ForwardedSettings::use_headers>},
    {"enable-real-ip", kForwarded<parse_bool, &ForwardedSettings::real_ip>},
    {"forwarded-for-header", kForwarded<parse_header_name, &ForwardedSettings::for_header>},
    {"compute-full-forwarded-for", kForwarded<parse_bool, &ForwardedSettings::full_list>},
    {"proxy-add-original-uri-header", set<parse_bool, &Settings::original_uri>},
    {"use-http2", kHttp2<parse_bool, &Http2Settings::offered>},
    {"http2-max-concurrent-streams",
     kHttp2<parse_between<1, 10'000>, &Http2Settings::concurrent_streams>},
    {"ssl-protocols", set_protocols},
    {"ssl-ciphers", kTls<take_text, &TlsSettings::ciphers>},
    {"ssl-ecdh-curve", kTls<parse_groups, &TlsSettings::groups>},
    {"ssl-session-tickets", kTls<parse_bool, &TlsSettings::session_tickets>},
    {"ssl-session-timeout", kTls<parse_session_timeout, &TlsSettings::session_timeout>},
    {"ssl-session-cache", ignore_cache},
    {"ssl-early-data", refuse_early_data},
    {"ssl-reject-handshake", kTls<parse_bool, &TlsSettings::reject_unknown_names>},
    {"enable-ocsp", kTls<parse_bool, &TlsSettings::ocsp>},
    {"upstream-keepalive-connections", kUpstream<parse_count, &UpstreamSettings::idle_connections>},
    {"upstream-keepalive-time", kUpstream<parse_time, &UpstreamSettings::lifetime>},
    {"upstream-keepalive-timeout", kUpstream<parse_time, &UpstreamSettings::idle_timeout>},
    {"upstream-keepalive-requests", kUpstream<parse_count, &UpstreamSettings::requests>},
    {"proxy-stream-timeout", kL4<parse_time, &L4Settings::timeout>},
    {"proxy-stream-next-upstream", kL4<parse_bool, &L4Settings::next_upstream>},
    {"proxy-stream-next-upstream-tries", kL4<parse_count, &L4Settings::tries>},
    {"proxy-stream-next-upstream-timeout", kL4<parse_time, &L4Settings::tries_timeout>},
    {"proxy-stream-responses", kL4<parse_count, &L4Settings::responses>},
    {"bind-address", set<parse_addresses, &Settings::bind_addresses>},
    {"disable-ipv6", set<parse_bool, &Settings::disable_ipv6>},
    {"generate-request-id", set<parse_bool, &Settings::generate_request_id>},
    {"via", set<parse_bool, &Settings::via>},
    {"enable-access-log-for-default-backend", set<parse_bool, &Settings::log_default_backend>},
    {"worker-shutdown-timeout", set<parse_time, &Settings::worker_shutdown_timeout>},
};

void read_key(const table::ObjectRef& object, const std::string& key, std::string_view value,
              const Checks& checks, Globals& globals, Report& report) {
    value = trim(value, " \t\r\n");
    if (key == kTrustedKey) {
        if (!value.empty()) read_trusted(object, value, globals.settings.forwarded.trusted, report);
        return;
    }
    const auto row = std::ranges::find(kRows, key, &SettingRow::key);
    if (row != std::end(kRows)) {
        if (value.empty()) return;
        const std::optional<Refusal> refusal = row->set(value, globals.settings);
        if (refusal) report_default(object, key, value, *refusal, report);
        return;
    }
    if (!read_default(object, key, value, checks, globals.defaults, report)) {
        report.warn(object, "data[" + key + "]",
                    "this " + std::string(why_no_config_key(key)) + "; it is ignored");
    }
}

/// Empties a list that the library of TLS refuses, so that the default stands.
void check_list(const Check& check, const table::ObjectRef& object, std::string_view key,
                std::string& list, Report& report) {
    if (list.empty()) return;
    const std::expected<void, std::string> usable = check(list);
    if (usable) return;
    report_default(object, key, list, {.text = usable.error()}, report);
    list.clear();
}

void check_tls(const Checks& checks, const table::ObjectRef& object, TlsSettings& tls,
               Report& report) {
    check_list(checks.tls_ciphers, object, "ssl-ciphers", tls.ciphers, report);
    check_list(checks.tls_groups, object, "ssl-ecdh-curve", tls.groups, report);
}

}  // namespace

Globals read_globals(const kube::Objects& objects, const Options& options, const Checks& checks,
                     Report& report) {
    Globals globals;
    if (!options.configmap) return globals;
    const table::ObjectRef object = ref(kube::Kind::config_map, *options.configmap);
    const kube::ConfigMap* config = objects.config_maps.find(*options.configmap);
    if (!config) {
        report.warn(object, "",
                    "the ConfigMap named by --configmap does not exist; every setting "
                    "has its default");
        return globals;
    }
    for (const auto& [key, value] : config->data) {
        read_key(object, key, value, checks, globals, report);
    }
    warn_of_forgery(object, globals.settings, report);
    check_tls(checks, object, globals.settings.tls, report);
    return globals;
}

std::vector<std::string_view> config_keys() {
    std::vector<std::string_view> keys{kTrustedKey};
    for (const SettingRow& row : kRows) keys.push_back(row.key);
    for (const RowGroup& group : all_groups()) {
        for (const Row& row : group.rows) {
            if (!row.config_key.empty()) keys.push_back(row.config_key);
        }
    }
    return keys;
}

}  // namespace breakwater::translate
