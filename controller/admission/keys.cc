#include "controller/admission/keys.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "controller/kube/json_member.h"
#include "proxy/base/address.h"
#include "proxy/base/crypto/base64.h"
#include "proxy/base/crypto/certificate.h"
#include "proxy/base/crypto/issue.h"

namespace breakwater::admission {
namespace {

using kube::member;
using kube::text_member;
using nlohmann::json;
using std::chrono::hours;

constexpr const char* kAuthorityCertificate = "ca.crt";
constexpr const char* kAuthorityKey = "ca.key";
constexpr const char* kAuthorityBefore = "ca-before.crt";
constexpr const char* kOwnCertificate = "tls.crt";
constexpr const char* kOwnKey = "tls.key";
constexpr const char* kNames = "names";

/// The host of `https://host:port/path`, as a certificate names it.
std::string host_in(std::string_view url) {
    constexpr std::string_view kScheme = "https://";
    if (!url.starts_with(kScheme)) return {};
    url.remove_prefix(kScheme.size());
    url = url.substr(0, url.find('/'));
    const bool literal = url.starts_with('[');
    const std::string_view host =
        literal ? url.substr(1, url.find(']') - 1) : url.substr(0, url.rfind(':'));
    return (IpAddress::parse(std::string(host)) ? "IP:" : "") + std::string(host);
}

std::string name_in(const json& client) {
    const json& service = member(client, "service");
    if (!service.is_object()) return host_in(text_member(client, "url"));
    return fmt::format("{}.{}.svc", text_member(service, "name"),
                       text_member(service, "namespace"));
}

const json& webhooks_of(const json& configuration) { return member(configuration, "webhooks"); }

std::string joined(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ","));
}

/// Whether a pair can be used from now on, and for that long at least.
bool lasts(const crypto::PemPair& pair, WallTime now, Duration time) {
    const auto facts = crypto::inspect_certificate(pair.chain_pem, pair.key_pem);
    return facts && facts->not_before <= now && facts->not_after > now + time;
}

std::expected<Keys, std::string> issue(const crypto::PemPair& authority,
                                       const std::vector<std::string>& names) {
    auto own = crypto::issue_certificate(authority, names, hours(kOwnLifetime));
    if (!own) return std::unexpected(own.error());
    return Keys{.authority = authority, .own = std::move(*own), .names = joined(names)};
}

}  // namespace

std::vector<std::string> names_in(const json& configuration) {
    std::vector<std::string> names;
    const json& webhooks = webhooks_of(configuration);
    if (!webhooks.is_array()) return names;
    for (const json& webhook : webhooks) {
        std::string name = name_in(member(webhook, "clientConfig"));
        if (!name.empty() && std::ranges::find(names, name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    return names;
}

std::optional<Keys> keys_in(const json& secret) {
    const json& data = member(secret, "data");
    const auto decoded = [&](const char* name) {
        return crypto::decode_base64(text_member(data, name)).value_or("");
    };
    Keys keys{.authority = {decoded(kAuthorityCertificate), decoded(kAuthorityKey)},
              .own = {decoded(kOwnCertificate), decoded(kOwnKey)},
              .names = decoded(kNames),
              .authority_before = decoded(kAuthorityBefore)};
    for (const crypto::PemPair& pair : {keys.authority, keys.own}) {
        if (!crypto::inspect_certificate(pair.chain_pem, pair.key_pem)) return std::nullopt;
    }
    return keys;
}

bool are_good(const Keys& keys, const std::vector<std::string>& names, WallTime now) {
    return keys.names == joined(names) && lasts(keys.own, now, kOwnRenewal) &&
           lasts(keys.authority, now, kAuthorityRenewal) &&
           crypto::is_issued_by(keys.own, keys.authority);
}

std::expected<Keys, std::string> make_keys(const std::optional<Keys>& before,
                                           const std::vector<std::string>& names, WallTime now) {
    if (before && lasts(before->authority, now, kAuthorityRenewal)) {
        auto keys = issue(before->authority, names);
        if (keys) keys->authority_before = before->authority_before;
        if (keys) return keys;
    }
    auto keys =
        issue(crypto::make_authority("breakwater-admission", hours(kAuthorityLifetime)), names);
    if (keys && before) keys->authority_before = before->authority.chain_pem;
    return keys;
}

void put_keys(const Keys& keys, json& secret) {
    json& data = secret["data"];
    if (!data.is_object()) data = json::object();
    for (const auto& [name, text] :
         {std::pair(kAuthorityCertificate, &keys.authority.chain_pem),
          std::pair(kAuthorityKey, &keys.authority.key_pem),
          std::pair(kOwnCertificate, &keys.own.chain_pem), std::pair(kOwnKey, &keys.own.key_pem),
          std::pair(kNames, &keys.names), std::pair(kAuthorityBefore, &keys.authority_before)}) {
        data[name] = crypto::encode_base64(*text);
    }
}

json trust_patch(const json& configuration, const Keys& keys) {
    const std::string wanted =
        crypto::encode_base64(keys.authority.chain_pem + keys.authority_before);
    json patch = json::array();
    const json& webhooks = webhooks_of(configuration);
    for (std::size_t i = 0; webhooks.is_array() && i < webhooks.size(); ++i) {
        const json& client = member(webhooks[i], "clientConfig");
        if (!client.is_object() || text_member(client, "caBundle") == wanted) continue;
        patch.push_back({{"op", "add"},
                         {"path", "/webhooks/" + std::to_string(i) + "/clientConfig/caBundle"},
                         {"value", wanted}});
    }
    return patch;
}

}  // namespace breakwater::admission
