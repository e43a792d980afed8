#include "controller/kube/kubeconfig.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <string_view>

#include "controller/kube/files.h"
#include "proxy/base/crypto/base64.h"

namespace breakwater::kube {
namespace {

/// Leaves the parser for read_kubeconfig(), which is the one place that catches it.
struct Refused {
    std::string text;
};

std::string text_of(const YAML::Node& map, const char* name) {
    const YAML::Node node = map[name];
    if (!node || node.IsNull()) return {};
    if (!node.IsScalar()) throw Refused{fmt::format("{} must be a string", name)};
    return node.Scalar();
}

bool flag_of(const YAML::Node& map, const char* name) {
    const YAML::Node node = map[name];
    if (!node || node.IsNull()) return false;
    bool value = false;
    if (!YAML::convert<bool>::decode(node, value)) {
        throw Refused{fmt::format("{} must be true or false", name)};
    }
    return value;
}

std::string bytes_of(const YAML::Node& map, const char* name) {
    auto bytes = crypto::decode_base64(text_of(map, name), crypto::Base64::lenient);
    if (!bytes) throw Refused{fmt::format("{} is not Base64", name)};
    return *std::move(bytes);
}

/// The value of `member` in the element of `list` that has that name.
YAML::Node named(const YAML::Node& file, const char* list, const char* member,
                 const std::string& name) {
    for (const YAML::Node& element : file[list]) {
        if (text_of(element, "name") == name && element[member]) return element[member];
    }
    throw Refused{fmt::format("{} has no {} named \"{}\"", list, member, name)};
}

/// Paths of one file.
class Paths {
public:
    explicit Paths(std::filesystem::path directory) : directory_(std::move(directory)) {}

    [[nodiscard]] std::filesystem::path of(const YAML::Node& map, const char* name) const {
        const std::string text = text_of(map, name);
        return text.empty() ? std::filesystem::path() : directory_ / text;  // absolute ones stay
    }

private:
    std::filesystem::path directory_;
};

Cluster read_cluster(const YAML::Node& node, const Paths& paths) {
    Cluster cluster;
    cluster.url = text_of(node, "server");
    while (cluster.url.ends_with('/')) cluster.url.pop_back();
    if (cluster.url.empty()) throw Refused{"the cluster has no server"};
    cluster.ca_pem = bytes_of(node, "certificate-authority-data");
    cluster.ca_file = paths.of(node, "certificate-authority");
    cluster.insecure = flag_of(node, "insecure-skip-tls-verify");
    cluster.tls_server_name = text_of(node, "tls-server-name");
    cluster.proxy_url = text_of(node, "proxy-url");
    return cluster;
}

ExecPlugin read_exec(const YAML::Node& node, const Paths& paths) {
    ExecPlugin exec;
    exec.api_version = text_of(node, "apiVersion");
    if (exec.api_version != "client.authentication.k8s.io/v1" &&
        exec.api_version != "client.authentication.k8s.io/v1beta1") {
        throw Refused{
            fmt::format("exec.apiVersion \"{}\" is not client.authentication.k8s.io/v1 "
                        "or v1beta1",
                        exec.api_version)};
    }
    exec.command = text_of(node, "command");
    if (exec.command.empty()) throw Refused{"exec.command is missing"};
    if (exec.command.contains('/')) exec.command = paths.of(node, "command").string();
    for (const YAML::Node& argument : node["args"]) exec.args.push_back(argument.Scalar());
    for (const YAML::Node& variable : node["env"]) {
        exec.env.emplace_back(text_of(variable, "name"), text_of(variable, "value"));
    }
    exec.install_hint = text_of(node, "installHint");
    exec.provide_cluster_info = flag_of(node, "provideClusterInfo");
    if (text_of(node, "interactiveMode") == "Always") {
        throw Refused{"exec.interactiveMode Always needs a terminal, which a controller has not"};
    }
    return exec;
}

User read_user(const YAML::Node& node, const Paths& paths) {
    if (node["auth-provider"]) throw Refused{"auth-provider is gone from Kubernetes: use exec"};
    if (node["username"]) throw Refused{"username and password are gone from Kubernetes"};
    User user;
    user.token = text_of(node, "token");
    user.token_file = paths.of(node, "tokenFile");
    user.certificate_pem = bytes_of(node, "client-certificate-data");
    user.certificate_file = paths.of(node, "client-certificate");
    user.key_pem = bytes_of(node, "client-key-data");
    user.key_file = paths.of(node, "client-key");
    if (node["exec"]) user.exec = read_exec(node["exec"], paths);
    return user;
}

Access read_current(const YAML::Node& file, const Paths& paths) {
    if (!file.IsMap()) throw Refused{"it is not a map"};
    const std::string current = text_of(file, "current-context");
    if (current.empty()) throw Refused{"it has no current-context"};
    const YAML::Node context = named(file, "contexts", "context", current);
    Access access;
    access.cluster =
        read_cluster(named(file, "clusters", "cluster", text_of(context, "cluster")), paths);
    access.user = read_user(named(file, "users", "user", text_of(context, "user")), paths);
    access.namespace_name = text_of(context, "namespace");
    return access;
}

}  // namespace

Expected<Access> read_kubeconfig(const std::filesystem::path& path) {
    const auto text = read_file(path);
    if (!text) return because(text.error());
    std::error_code ignored;  // the path was just read: what is left is a relative one, still right
    const auto absolute = std::filesystem::absolute(path, ignored);
    try {
        return read_current(YAML::Load(*text), Paths(absolute.parent_path()));
    } catch (const Refused& refused) {
        return because(fmt::format("{}: {}", path.string(), refused.text));
    } catch (const YAML::Exception& error) {
        return because(fmt::format("{}:{}: {}", path.string(), error.mark.line + 1, error.msg));
    }
}

}  // namespace breakwater::kube
