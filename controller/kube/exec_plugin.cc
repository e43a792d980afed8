#include "controller/kube/exec_plugin.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "controller/kube/field.h"
#include "controller/kube/parse.h"
#include "controller/kube/process.h"
#include "controller/kube/timestamp.h"
#include "proxy/base/crypto/base64.h"
#include "proxy/base/log.h"

namespace breakwater::kube {
namespace {

using nlohmann::json;

/// The ExecCredential that tells a plugin what is asked of it.
std::string exec_info(const ExecPlugin& plugin, const Cluster& cluster, const std::string& ca_pem) {
    json spec{{"interactive", false}};
    if (plugin.provide_cluster_info) {
        json& info = spec["cluster"] = {{"server", cluster.url}};
        if (!cluster.tls_server_name.empty()) info["tls-server-name"] = cluster.tls_server_name;
        if (cluster.insecure) info["insecure-skip-tls-verify"] = true;
        if (!ca_pem.empty()) info["certificate-authority-data"] = crypto::encode_base64(ca_pem);
        if (!cluster.proxy_url.empty()) info["proxy-url"] = cluster.proxy_url;
    }
    return json{
        {"kind", "ExecCredential"}, {"apiVersion", plugin.api_version}, {"spec", std::move(spec)}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Ours, with the plugin's own variables in the place of those of the same name.
std::vector<std::string> environment_of(const ExecPlugin& plugin, std::string info) {
    std::vector<std::pair<std::string, std::string>> added = plugin.env;
    added.emplace_back("KUBERNETES_EXEC_INFO", std::move(info));
    std::vector<std::string> out;
    for (char** at = environ; *at; ++at) {
        const std::string_view variable = *at;
        const std::string_view name = variable.substr(0, variable.find('='));
        bool replaced = false;
        for (const auto& [added_name, value] : added) replaced |= added_name == name;
        if (!replaced) out.emplace_back(variable);
    }
    for (const auto& [name, value] : added) out.push_back(name + "=" + value);
    return out;
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

Expected<Issued> read_credential(const ExecPlugin& plugin, const std::string& text) {
    const auto document = parse_json(text);
    if (!document) return because("what it prints is not JSON");
    std::optional<Mistake> mistake;
    const Field root(*document, mistake);
    const Field status = root["status"];
    Issued issued{{status["token"].text(), status["clientCertificateData"].text(),
                   status["clientKeyData"].text()},
                  std::nullopt};
    if (root["kind"].text() != "ExecCredential" ||
        root["apiVersion"].text() != plugin.api_version) {
        return because("it prints no ExecCredential of " + plugin.api_version);
    }
    if (const Field expires = status["expirationTimestamp"]; expires.present()) {
        const auto at = parse_timestamp(expires.text());
        if (!at) expires.mistake("must be a time as in RFC 3339");
        if (at) issued.expires = *at;
    }
    if (mistake) return because(mistake->field + " " + mistake->text);
    const Identity& identity = issued.identity;
    if (identity.certificate_pem.empty() != identity.key_pem.empty()) {
        return because("it prints a certificate without its key, or a key alone");
    }
    if (identity == Identity{}) return because("it prints neither a token nor a certificate");
    return issued;
}

}  // namespace

Expected<Issued> run_exec_plugin(const ExecPlugin& plugin, const Cluster& cluster,
                                 const std::string& ca_pem, Duration time_limit,
                                 const std::stop_token& stop) {
    const auto failed = [&plugin](std::string_view reason) {
        return because(fmt::format("credential plugin {}: {}", plugin.command, reason));
    };
    Command command;
    command.argv.push_back(plugin.command);
    command.argv.insert(command.argv.end(), plugin.args.begin(), plugin.args.end());
    command.environment = environment_of(plugin, exec_info(plugin, cluster, ca_pem));
    command.time_limit = time_limit;

    const auto ended = run(command, stop);
    if (!ended) {
        std::string reason = ended.error().reason;
        const std::string hint = one_line(plugin.install_hint);
        if (!ended.error().started && !hint.empty()) reason += ". " + hint;
        return failed(reason);
    }
    const std::string said = one_line(ended->errors);
    if (!said.empty()) {
        log::warn("credential plugin said", {{"command", plugin.command}, {"text", said}});
    }
    if (ended->exit_code != 0) return failed(fmt::format("exit code {}", ended->exit_code));
    auto issued = read_credential(plugin, ended->output);
    if (!issued) return failed(issued.error());
    return issued;
}

}  // namespace breakwater::kube
