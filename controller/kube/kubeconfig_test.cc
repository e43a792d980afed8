#include "controller/kube/kubeconfig.h"

#include <gtest/gtest.h>

#include "controller/kube/in_cluster.h"
#include "controller/kube/temp_dir.h"

namespace breakwater::kube {
namespace {

std::string with(const std::string& cluster, const std::string& user) {
    return R"(
apiVersion: v1
kind: Config
current-context: here
contexts:
- {name: there, context: {cluster: other, user: other}}
- {name: here, context: {cluster: c, user: u, namespace: shop}}
clusters:
- {name: other, cluster: {server: "https://other:1"}}
- name: c
  cluster: )" +
           cluster + R"(
users:
- name: u
  user: )" +
           user + "\n";
}

const std::string kServer = R"({server: "https://10.0.0.1:6443/"})";

TEST(Kubeconfig, ReadsTheCurrentContext) {
    const TempDir dir;
    const auto path =
        dir.write("config", with(R"({server: "https://10.0.0.1:6443/",
        certificate-authority-data: Zm9v, certificate-authority: pki/ca.crt,
        insecure-skip-tls-verify: true, tls-server-name: api.example, proxy-url: "http://p:1"})",
                                 R"({client-certificate-data: Zm9v, client-key-data: Zm8=,
        client-certificate: pki/c.crt, client-key: /abs/c.key, token: t, tokenFile: tok})"));
    const auto access = read_kubeconfig(path);
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->namespace_name, "shop");
    EXPECT_EQ(access->cluster.url, "https://10.0.0.1:6443");
    EXPECT_EQ(access->cluster.ca_pem, "foo");
    EXPECT_EQ(access->cluster.ca_file, dir.path() / "pki/ca.crt");
    EXPECT_TRUE(access->cluster.insecure);
    EXPECT_EQ(access->cluster.tls_server_name, "api.example");
    EXPECT_EQ(access->cluster.proxy_url, "http://p:1");
    EXPECT_EQ(access->user.certificate_pem, "foo");
    EXPECT_EQ(access->user.key_pem, "fo");
    EXPECT_EQ(access->user.certificate_file, dir.path() / "pki/c.crt");
    EXPECT_EQ(access->user.key_file, "/abs/c.key");
    EXPECT_EQ(access->user.token, "t");
    EXPECT_EQ(access->user.token_file, dir.path() / "tok");
    EXPECT_FALSE(access->user.exec);
}

TEST(Kubeconfig, ReadsAnExecPlugin) {
    const TempDir dir;
    const auto path = dir.write("config", with(kServer, R"({exec: {
        apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [get, "a b"],
        env: [{name: A, value: "1"}], installHint: get it, provideClusterInfo: true,
        interactiveMode: IfAvailable}})"));
    const auto access = read_kubeconfig(path);
    ASSERT_TRUE(access) << access.error();
    ASSERT_TRUE(access->user.exec);
    const ExecPlugin& exec = *access->user.exec;
    EXPECT_EQ(exec.api_version, "client.authentication.k8s.io/v1");
    EXPECT_EQ(exec.command, dir.path() / "bin/login");
    EXPECT_EQ(exec.args, (std::vector<std::string>{"get", "a b"}));
    EXPECT_EQ(exec.env, (std::vector<std::pair<std::string, std::string>>{{"A", "1"}}));
    EXPECT_EQ(exec.install_hint, "get it");
    EXPECT_TRUE(exec.provide_cluster_info);
}

TEST(Kubeconfig, LooksUpABareCommandInPath) {
    const TempDir dir;
    const auto path = dir.write("config", with(kServer, R"({exec: {
        apiVersion: client.authentication.k8s.io/v1beta1, command: login}})"));
    const auto access = read_kubeconfig(path);
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->user.exec->command, "login");
}

struct KubeconfigCase {
    const char* name;
    std::string text;
    const char* want;  ///< after the file's path
};

const KubeconfigCase kKubeconfigCases[] = {
    {"empty", "", ": it is not a map"},
    {"no_yaml", "a: [", ":1: end of sequence flow not found"},
    {"no_context", "{}", ": it has no current-context"},
    {"unknown_context", "current-context: x\ncontexts: []",
     ": contexts has no context named \"x\""},
    {"contexts_text", "current-context: x\ncontexts: y", ": contexts has no context named \"x\""},
    {"unknown_cluster",
     "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: []",
     ": clusters has no cluster named \"c\""},
    {"no_server", with("{a: b}", "{}"), ": the cluster has no server"},
    {"server_list", with("{server: [a]}", "{}"), ": server must be a string"},
    {"bad_flag", with("{server: a, insecure-skip-tls-verify: maybe}", "{}"),
     ": insecure-skip-tls-verify must be true or false"},
    {"bad_base64", with(kServer, "{client-key-data: \"%\"}"), ": client-key-data is not Base64"},
    {"auth_provider", with(kServer, "{auth-provider: {name: gcp}}"),
     ": auth-provider is gone from Kubernetes: use exec"},
    {"basic", with(kServer, "{username: a, password: b}"),
     ": username and password are gone from Kubernetes"},
    {"exec_version", with(kServer, "{exec: {apiVersion: v0, command: a}}"),
     ": exec.apiVersion \"v0\" is not client.authentication.k8s.io/v1 or v1beta1"},
    {"exec_command", with(kServer, "{exec: {apiVersion: client.authentication.k8s.io/v1}}"),
     ": exec.command is missing"},
    {"exec_interactive",
     with(kServer,
          "{exec: {apiVersion: client.authentication.k8s.io/v1, command: a, "
          "interactiveMode: Always}}"),
     ": exec.interactiveMode Always needs a terminal, which a controller has not"},
};

class KubeconfigTest : public testing::TestWithParam<KubeconfigCase> {};

TEST_P(KubeconfigTest, SaysWhatIsWrong) {
    const TempDir dir;
    const auto path = dir.write("config", GetParam().text);
    const auto access = read_kubeconfig(path);
    ASSERT_FALSE(access);
    EXPECT_EQ(access.error(), path.string() + GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Mistakes, KubeconfigTest, testing::ValuesIn(kKubeconfigCases),
                         [](const auto& info) { return info.param.name; });

TEST(Kubeconfig, MissingFile) {
    EXPECT_EQ(read_kubeconfig("/nonexistent/config").error(),
              "/nonexistent/config cannot be read: No such file or directory");
}

TEST(InCluster, ReadsThePodsFiles) {
    const TempDir dir;
    dir.write("token", "t");
    dir.write("namespace", "shop");
    const auto access = in_cluster_access(dir.path(), "10.0.0.1", "443");
    ASSERT_TRUE(access) << access.error();
    EXPECT_EQ(access->cluster.url, "https://10.0.0.1:443");
    EXPECT_EQ(access->cluster.ca_file, dir.path() / "ca.crt");
    EXPECT_EQ(access->user.token_file, dir.path() / "token");
    EXPECT_EQ(access->namespace_name, "shop");
    EXPECT_EQ(in_cluster_access(dir.path(), "fd00::1", "443")->cluster.url,
              "https://[fd00::1]:443");
}

TEST(InCluster, SaysThatThisIsNoPod) {
    const TempDir dir;
    EXPECT_TRUE(in_cluster_access(dir.path(), "", "").error().starts_with("this is no pod"));
    EXPECT_TRUE(in_cluster_access(dir.path(), "10.0.0.1", "443").error().contains("/token"));
}

}  // namespace
}  // namespace breakwater::kube
